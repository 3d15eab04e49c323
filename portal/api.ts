import { type Answer, ApiError, type Input, type Operation } from '@jouvence/contract';
import {
  type QueryClient,
  queryOptions,
  type UseMutationOptions,
  type UseQueryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { backgroundClient, client } from './clients.ts';

export { client };

/** By which an answer is kept: `[operation, input]`; everything of an operation by its name, of a noun by `isAbout`. */
export function callOptions<O extends Operation>(operation: O, input?: Input<O>) {
  return queryOptions<Answer<O>>({
    queryKey: [operation, input ?? {}],
    queryFn: ({ signal }) => (client.call as AnyCall)(operation, input, { signal }) as Promise<Answer<O>>,
  });
}

/** What the API answers, kept and asked again as TanStack Query does. */
export function useCall<O extends Operation>(
  operation: O,
  input?: Input<O>,
  options?: Omit<UseQueryOptions<Answer<O>>, 'queryKey' | 'queryFn'>,
) {
  return useQuery<Answer<O>>({ ...callOptions(operation, input), ...options });
}

/** The same, asked again every so often for as long as the window is looked at. */
export function usePolled<O extends Operation>(operation: O, input: Input<O>, everyMs: number) {
  return useQuery<Answer<O>>({
    ...callOptions(operation, input),
    queryFn: ({ signal }) => (backgroundClient.call as AnyCall)(operation, input, { signal }) as Promise<Answer<O>>,
    refetchInterval: everyMs,
    retry: false,
  });
}

/** Lists that are given in pages, each naming the next. */
type PagedOperation = {
  [O in Operation]: Answer<O> extends { next: string | null }
    ? Input<O> extends { query?: unknown }
      ? O
      : never
    : never;
}[Operation];

/** A list page after page: `pages.data.pages`, and `pages.fetchNextPage()` for more. */
export function usePages<O extends PagedOperation>(
  operation: O,
  query: Input<O> extends { query?: infer Q } ? NonNullable<Q> : never,
  /** Of lists that are about one thing: which. */
  params?: Input<O> extends { params: infer P } ? P : never,
) {
  return useInfiniteQuery({
    queryKey: [operation, { pages: query, ...(params && { params }) }],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) =>
      (client.call as AnyCall)(
        operation,
        { ...(params && { params }), query: { ...query, ...(pageParam !== null && { after: pageParam }) } },
        { signal },
      ) as Promise<Answer<O>>,
    getNextPageParam: ({ next }: { next: string | null }) => next,
  });
}

/** Something that changes; afterwards all that is kept of these nouns (`requests`, `sites`) is asked again. */
export function useAction<O extends Operation>(
  operation: O,
  {
    changes = [operation.split('.')[0]!],
    ...options
  }: { changes?: readonly string[] } & UseMutationOptions<Answer<O>, Error, Input<O>> = {},
) {
  const queries = useQueryClient();
  return useMutation<Answer<O>, Error, Input<O>>({
    mutationFn: (input) => (client.call as AnyCall)(operation, input) as Promise<Answer<O>>,
    ...options,
    onSettled: async (...given) => {
      await refresh(queries, changes);
      await options.onSettled?.(...given);
    },
  });
}

/** All that is kept of these nouns is asked again. */
export function refresh(queries: QueryClient, nouns: readonly string[]): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ queryKey }) => nouns.includes(String(queryKey[0]).split('.')[0]!) });
}

/** Nobody is signed in, or not any more. */
export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

type AnyCall = (operation: Operation, input: unknown, options?: { signal?: AbortSignal }) => Promise<unknown>;
