import { expect, test } from 'vitest';
import { bareAddress, placeTasks, readBlockTasks } from './block-tasks.ts';

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
    {
      line: 2,
      url: 'https://old.example/',
      courseid: 12,
      name: 'Law, "civil"\nsecond line',
      course: 77,
      at: new Date(1750000200_000),
    },
    { line: 5, url: 'https://other.example', courseid: 14, name: 'Bare', course: null, at: new Date(1750000100_000) },
  ]);
});

test.each(['\t', ';'])('columns with %j between, in any order', (between) => {
  const text = `\uFEFFstatus,courseid,externalmoodleurl,externalcourseid\n2,9,https://old.example,4`;
  expect(readBlockTasks(text.replaceAll(',', between)).tasks).toMatchObject([{ courseid: 4, course: 9, at: null }]);
});

test('another table is refused, and a row of no course is named', () => {
  expect(() => readBlockTasks('id,name\n1,x')).toThrow('externalcourseid, externalmoodleurl, status, courseid');
  const one = 'status,courseid,externalmoodleurl,externalcourseid\n2,9,,\n0,9,,\n';
  expect(readBlockTasks(one)).toEqual({ tasks: [], others: 1, odd: [2] });
});

test('rows are of known sites; of a course that was restored twice the last one counts', () => {
  const rows = [
    '2,77,https://old.example/,12,1750000300',
    '2,78,http://OLD.example,12,1750000200',
    '2,79,https://far.example,12,0',
    '2,NULL,https://old.example,13,0',
    '2,1,,13,0',
    '2,80,https://old.example,14,0',
    '2,81,https://old.example,14,0',
  ];
  const text = ['status,courseid,externalmoodleurl,externalcourseid,timemodified', ...rows].join('\n');
  const { courses, left } = placeTasks(readBlockTasks(text), [{ name: 'old', url: 'https://old.example' }]);
  expect(courses).toEqual([
    { line: 2, source: 'old', courseid: 12, name: '', course: 77, at: '2025-06-15T15:11:40.000Z' },
    { line: 8, source: 'old', courseid: 14, name: '', course: 81 },
  ]);
  expect(left).toEqual([
    { why: 'again', line: 3, source: 'old', courseid: 12, by: 2 },
    { why: 'site', line: 4, url: 'https://far.example' },
    { why: 'course', line: 5, source: 'old', courseid: 13 },
    { why: 'odd', line: 6 },
    { why: 'again', line: 7, source: 'old', courseid: 14, by: 8 },
  ]);
});

test('addresses are the same however they are written', () => {
  expect(bareAddress('HTTPS://Old.example/moodle/ ')).toBe(bareAddress('http://old.example/moodle'));
});
