import { expect, test } from 'vitest';
import { bareAddress, readBlockTasks } from './block-tasks.ts';

const head =
  'id,userid,externalcourseid,externalcoursename,externalmoodleurl,internalcategory,status,courseid,withuserdatas,enrolmentmode,timecreated,timemodified,timescheduleprocessed';

test('what was restored is read, whatever a course is called; the rest is counted', () => {
  const text = [
    head,
    '1,5,12,"Law, ""civil""\nsecond line",https://old.example/,0,2,77,0,2,1750000000,1750000100,1750000200',
    '2,5,13,Asked for,https://old.example,0,0,NULL,0,2,1750000000,1750000100,0',
    '3,0,14,Bare,https://other.example,0,2,,0,2,1750000000,1750000100,0',
    '',
  ].join('\r\n');
  const { tasks, others } = readBlockTasks(text);
  expect(others).toBe(1);
  expect(tasks).toEqual([
    { line: 2, url: 'https://old.example/', courseid: 12, course: 77, at: new Date(1750000200_000) },
    { line: 5, url: 'https://other.example', courseid: 14, course: null, at: new Date(1750000100_000) },
  ]);
});

test.each(['\t', ';'])('columns with %j between, in any order', (between) => {
  const text = `\uFEFFstatus,courseid,externalmoodleurl,externalcourseid\n2,9,https://old.example,4`;
  expect(readBlockTasks(text.replaceAll(',', between)).tasks).toMatchObject([{ courseid: 4, course: 9, at: null }]);
});

test('another table is refused, and so is a row of no course', () => {
  expect(() => readBlockTasks('id,name\n1,x')).toThrow('externalcourseid, externalmoodleurl, status, courseid');
  expect(() => readBlockTasks('status,courseid,externalmoodleurl,externalcourseid\n2,9,,')).toThrow('line 2');
});

test('addresses are the same however they are written', () => {
  expect(bareAddress('HTTPS://Old.example/moodle/ ')).toBe(bareAddress('http://old.example/moodle'));
});
