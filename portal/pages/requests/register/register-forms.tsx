import type { Site } from '@jouvence/contract';
import { useEffect, useState } from 'react';
import { emptyCourse, RegisterOne } from './register-one.tsx';
import { RegisterOutcome } from './register-outcome.tsx';
import { RegisterTable } from './register-table.tsx';
import { useRegister } from './use-register.ts';

/** The two ways; what was typed in one is kept while one looks at the other. */
export function RegisterForms({ target, sites, isMany }: { target: Site; sites: Site[]; isMany: boolean }) {
  const [course, setCourse] = useState(emptyCourse);
  const [table, setTable] = useState('');
  const one = useRegister();
  const many = useRegister();
  const [forgetOne, forgetMany] = [one.forget, many.forget];
  // Of another target nothing of it is true.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another target
  useEffect(() => {
    forgetOne();
    forgetMany();
  }, [target.name]);
  const register = isMany ? many : one;
  return (
    <>
      {isMany ? (
        <RegisterTable
          target={target}
          sites={sites}
          table={table}
          onChange={(text) => {
            setTable(text);
            many.forget();
          }}
          register={many}
        />
      ) : (
        <RegisterOne
          target={target}
          course={course}
          onChange={(next) => {
            setCourse(next);
            one.forget();
          }}
          register={one}
        />
      )}
      {register.state && (
        <RegisterOutcome key={isMany ? 'many' : 'one'} target={target} register={register} state={register.state} />
      )}
    </>
  );
}
