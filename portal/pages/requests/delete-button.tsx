import type { Request } from '@jouvence/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../../api.ts';
import { useLanguage } from '../../language.tsx';
import { useMay } from '../../session.tsx';
import { Button } from '../../ui/button.tsx';
import { Command } from '../../ui/command.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { useToast } from '../../ui/toast.tsx';
import { isolated, titlesOf } from './words.ts';

/** Deletes an ended request with its report; what it brought to a site stays there. */
export function DeleteButton({ request }: { request: Request }) {
  const { t } = useLanguage();
  const { change } = useMay();
  const { done } = useToast();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asks, setAsks] = useState(false);
  const remove = useAction('requests.delete', {
    // What is looked at here is gone: the list asks anew when one comes to it.
    changes: [],
    onSuccess: async () => {
      done(t('requests.deleted', { course: isolated(request.courseName) }));
      await navigate({ to: '/requests' });
      queries.removeQueries({ queryKey: ['requests.show', { params: { id: request.id } }] });
    },
  });
  if (!change || !['done', 'failed', 'refused', 'cancelled'].includes(request.state)) return null;
  return (
    <>
      <Button look="danger" onClick={() => setAsks(true)}>
        <Trash2 className="size-4" aria-hidden="true" />
        {t('requests.delete')}
      </Button>
      <Dialog
        open={asks}
        onClose={() => setAsks(false)}
        title={t('requests.delete.title')}
        foot={
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setAsks(false)}>{t('shell.cancel')}</Button>
            <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate({ params: { id: request.id } })}>
              {t('requests.delete.do')}
            </Button>
          </div>
        }
      >
        <div className="space-y-3">
          <p className="font-medium">
            <bdi>{request.courseName}</bdi>
          </p>
          <p>{t('requests.delete.text', titlesOf(request))}</p>
          <Command words={['requests', 'delete', request.id]} />
          {remove.error && <ErrorNote error={remove.error} />}
        </div>
      </Dialog>
    </>
  );
}
