import type { ReactNode } from 'react';

/** Names and what they are, side by side where there is room. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, is: ReactNode])[] }) {
  return (
    <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[max-content_minmax(0,1fr)]">
      {facts.map(([name, is]) => (
        <div key={name} className="contents">
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="mb-1 min-w-0 break-words sm:mb-0">{is}</dd>
        </div>
      ))}
    </dl>
  );
}
