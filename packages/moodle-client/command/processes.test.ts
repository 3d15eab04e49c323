import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CallProcess } from './call-process.ts';
import { keepProcesses } from './processes.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

async function* nothingMore() {}

function open(runsTasks: boolean) {
  const dismissed: number[] = [];
  let count = 0;
  const start = async () => {
    const number = count++;
    return { number, ready: true, hold() {}, dismiss: () => dismissed.push(number) } as unknown as CallProcess;
  };
  const processes = keepProcesses(start, () => runsTasks);
  /** The number of the process that answered, after so long without a request. */
  const askAfter = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    const call = await processes.take();
    processes.giveBack(call, nothingMore());
    await vi.advanceTimersByTimeAsync(0);
    return (call as unknown as { number: number }).number;
  };
  return { askAfter, dismissed };
}

test('where courses are carried a process waits longer, and is never asked when it is older than 20 s', async () => {
  const { askAfter, dismissed } = open(true);
  expect([await askAfter(0), await askAfter(9000), await askAfter(9000)]).toEqual([0, 0, 0]);
  expect(await askAfter(9000)).toBe(1);
  expect(dismissed).toEqual([0]);
  expect(await askAfter(16_000)).toBe(2);
});

test('elsewhere it goes after three seconds, with its memory', async () => {
  const { askAfter, dismissed } = open(false);
  expect([await askAfter(0), await askAfter(2000), await askAfter(4000)]).toEqual([0, 0, 1]);
  expect(dismissed).toEqual([0]);
});
