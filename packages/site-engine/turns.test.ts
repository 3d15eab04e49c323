import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('so many at once, so many in line, the rest is refused; a failure gives its place on', async () => {
  const takeTurn = createTurns({ atOnce: 2, waiting: 1 });
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<string>());
  const begun: number[] = [];
  const take = (index: number) =>
    takeTurn(() => {
      begun.push(index);
      return gates[index]!.promise;
    });

  const [first, second, third] = [take(0), take(1), take(2)];
  expect(take(3)).toBeUndefined();
  expect(begun).toEqual([0, 1]);

  gates[1]!.reject(new Error('wrong'));
  await expect(second).rejects.toThrow('wrong');
  gates[2]!.resolve('third');
  expect(await third).toBe('third');
  expect(begun).toEqual([0, 1, 2]);

  const fourth = take(3);
  gates[3]!.resolve('fourth');
  expect(await fourth).toBe('fourth');
  gates[0]!.resolve('first');
  expect(await first).toBe('first');
});
