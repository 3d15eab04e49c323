import type { BlockClient } from '@jouvence/moodle-client';
import { AppError, toAppError } from '../errors.ts';
import type { StepContext, UndoContext } from '../jobs/index.ts';
import { addReportLine, setReport, updateRequest } from './requests.sql.ts';
import type { Ends, Tools } from './restore-step.ts';
import type { ReportLine } from './types.ts';

/** Each leaves an archive on the source, and the next would be no different. */
const mostBackups = 3;

/**
 * A backup that the source makes within one call: there is nothing to follow, nothing to find again after a worker was
 * killed, and nothing to discard. Then it is asked for once more, and what the first one made stays there.
 */
export async function backUpInOneCall(
  { sites }: Pick<Tools, 'sites'>,
  context: StepContext,
  { request, source, target }: Ends,
  block: BlockClient,
): Promise<void> {
  const { roles } = await sites.pairs.get(source.id, target.id);
  const { courseid, people } = request;
  try {
    // By username, which is the only identity that the block knows: the source decides once more whether it is theirs.
    const wanted = { username: request.person ?? '', courseid, people, roles };
    const { fileid, sizeBytes, etag } = await block.backUp(wanted, { signal: context.signal });
    const filename = `backup-moodle2-course-${courseid}.mbz`;
    await context.write(async (tx) => {
      const archive = { filename, sizeBytes, sha256: null, block: { fileid, etag } };
      await updateRequest(tx, request.id, { archive, prepared: null });
      await setReport(tx, request.id, 'backing-up', [oneCallLine(source.name, source.block)]);
    });
  } catch (thrown) {
    const { code, message, details, said } = toAppError(thrown);
    if (details.begun !== true && code !== 'not-found') throw thrown;
    const givenUp = context.attempt >= mostBackups;
    throw new AppError(code, message, { details: { ...details, again: true, givenUp }, said, cause: thrown });
  }
}

/** What was made for the request cannot be taken away: whoever reads its report is told, once. */
export async function leaveBackup(context: UndoContext, { request, source }: Ends): Promise<void> {
  const made = context.finished || context.ending === 'cancelled' || request.archive?.block !== undefined;
  const said = request.report.cleaning?.some(({ code }) => code === staysCode) === true;
  if (!made || said) return;
  await context.write((tx) => addReportLine(tx, request.id, 'cleaning', staysLine(source.name)));
}

const oneCallLine = (source: string, block: string | null): ReportLine => ({
  code: 'source-block',
  severity: 'info',
  what: `Strasbourg’s block ${block ?? ''}`.trim(),
  why: `${source} answers through it: its backup was one call, without progress and without a way to stop it half-way.`,
  todo: '',
});

const staysCode = 'backup-stays';

const staysLine = (source: string): ReportLine => ({
  code: staysCode,
  severity: 'info',
  what: source,
  why: 'The block has no way to remove the backup that was made for this request: it stays on the source.',
  todo: 'Have it removed there, if room or privacy asks for it: from the backup area of the course, or the private backups of its administrator.',
});
