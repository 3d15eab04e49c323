import { expect, test } from 'vitest';
import { Rest, systemClock } from './clock.ts';

/** Whether it is over within a few turns of the event loop, without any time that counts. */
async function isOver(rest: Promise<void>): Promise<boolean> {
  let over = false;
  void rest.then(() => (over = true));
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return over;
}

test('a rest ends when it is woken, when its time is over, and at once when it was woken before it began', async () => {
  const timers: (() => void)[] = [];
  const setTimer = (end: () => void) => {
    timers.push(end);
    return () => {};
  };
  const rest = new Rest({ ...systemClock, setTimer });
  const first = rest.atMost(1000);
  expect(await isOver(first)).toBe(false);
  rest.wake();
  expect(await isOver(first)).toBe(true);
  // What has woken it once is over with that.
  const second = rest.atMost(1000);
  expect(await isOver(second)).toBe(false);
  timers.at(-1)!();
  expect(await isOver(second)).toBe(true);
  rest.wake();
  rest.wake();
  expect(await isOver(rest.atMost(1000))).toBe(true);
  expect(await isOver(rest.atMost(1000))).toBe(false);
});
