import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { createXmlReader, MbzError } from './index.ts';
import { createRecordHandler, readXml } from './xml.ts';

type Event = [kind: 'open' | 'text' | 'close', what: string, attributes?: Record<string, string>];

/** Joins neighbouring texts, which may come in any pieces. */
function joined(events: Event[]): Event[] {
  const out: Event[] = [];
  for (const [kind, what, attributes] of events) {
    const last = out.at(-1);
    if (kind === 'text' && last?.[0] === 'text') last[1] += what;
    else if (kind !== 'text' || what !== '') out.push(kind === 'open' ? [kind, what, { ...attributes }] : [kind, what]);
  }
  return out;
}

/** Ours, fed by pieces of the given size; 'refused' for any refusal. */
function ours(bytes: Uint8Array, pieceBytes: number): Event[] | 'refused' {
  const events: Event[] = [];
  const reader = createXmlReader(
    {
      open: (name, attributes) => events.push(['open', name, attributes]),
      text: (chunk) => events.push(['text', chunk]),
      close: (name) => events.push(['close', name]),
    },
    { entry: 'a.xml' },
  );
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) reader.write(bytes.subarray(at, at + pieceBytes));
    reader.end();
  } catch (error) {
    if (!(error instanceof MbzError)) throw error;
    return 'refused';
  }
  return joined(events);
}

/** The judge: a parser that others wrote and tested, with the same refusals. */
function judge(text: string): Event[] | 'refused' {
  const events: Event[] = [];
  const parser = new SaxesParser();
  let depth = 0;
  const refuse = () => {
    throw new Error('refused');
  };
  parser.on('opentag', ({ name, attributes }) => {
    depth++;
    events.push(['open', name, attributes as Record<string, string>]);
  });
  parser.on('text', (chunk) => depth > 0 && events.push(['text', chunk]));
  parser.on('cdata', (chunk) => depth > 0 && events.push(['text', chunk]));
  parser.on('closetag', ({ name }) => {
    depth--;
    events.push(['close', name]);
  });
  parser.on('doctype', refuse);
  parser.on('processinginstruction', refuse);
  parser.on('error', refuse);
  try {
    parser.write(text).close();
  } catch {
    return 'refused';
  }
  return joined(events);
}

/** Documents near the edge of what is right: built of the marks of XML and of what may stand between them. */
const fragment = fc.constantFrom(
  '<a>',
  '</a>',
  '<b>',
  '</b>',
  '<a/>',
  '<b x="1"/>',
  "<a x='>' y='&lt;'>",
  '<a x="1" x="2">',
  '<a x=1>',
  '<a\n>',
  '</a\t>',
  '<é>',
  '</é>',
  '<',
  '>',
  '&',
  '&amp;',
  '&#65;',
  '&#x1F600;',
  '&#xD800;',
  '&#0;',
  '&nbsp;',
  '& ',
  ']]>',
  ']]',
  ']',
  '<![CDATA[',
  ']]>',
  '<!--',
  '-->',
  '--',
  '-',
  '<!DOCTYPE a>',
  '<?php ?>',
  '\r',
  '\r\n',
  '\n',
  ' ',
  'text',
  'é',
  '\u{1F600}',
  '\u0001',
  '\uFFFE',
  '"',
  "'",
  '=',
  '/',
  '<1>',
  '<a x="a\nb\r\nc">',
);
const document = fc
  .tuple(fc.boolean(), fc.array(fragment, { maxLength: 12 }))
  .map(([declared, parts]) => `${declared ? '<?xml version="1.0" encoding="UTF-8"?>\n' : ''}<a>${parts.join('')}</a>`);

describe('reading XML', () => {
  test('agrees with saxes on documents made at random, cut into pieces of any size', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 40 }), (text, pieceBytes) => {
        expect(ours(Buffer.from(text), pieceBytes)).toEqual(judge(text));
      }),
      { numRuns: 5000, seed: 20261121 },
    );
  });

  const wellFormed: Record<string, Event[]> = {
    '<a x="1 &amp; 2">b &lt; c<d/></a>': [
      ['open', 'a', { x: '1 & 2' }],
      ['text', 'b < c'],
      ['open', 'd', {}],
      ['close', 'd'],
      ['close', 'a'],
    ],
    '\ufeff<?xml version="1.0"?><a><![CDATA[<&>]]]]></a><!-- end -->\n': [
      ['open', 'a', {}],
      ['text', '<&>]]'],
      ['close', 'a'],
    ],
    '<__proto__ constructor="x">\u{1F9EC}\r\n</__proto__>': [
      ['open', '__proto__', { constructor: 'x' }],
      ['text', '\u{1F9EC}\n'],
      ['close', '__proto__'],
    ],
  };
  for (const [text, events] of Object.entries(wellFormed))
    test(`reads ${JSON.stringify(text)}, byte by byte too`, () => {
      for (const size of [1, 2, 3, 5, 1000]) expect(ours(Buffer.from(text), size)).toEqual(events);
    });

  test('a record: attributes, texts, nulls; what lies deeper is passed over', async () => {
    const seen: object[] = [];
    const xml = `<users><user id="3"><name>A &amp; B</name><note>$@NULL@$</note><deep><name>no</name></deep>
      <__proto__>x</__proto__><empty></empty></user><other><user id="4"/></other></users>`;
    await readXml(Buffer.from(xml), createRecordHandler({ '/users/user': (record) => seen.push({ ...record }) }), {
      entry: 'a',
    });
    expect(seen.map((record) => Object.entries(record))).toEqual([
      [
        ['@id', '3'],
        ['name', 'A & B'],
        ['note', null],
        ['deep', ''],
        ['__proto__', 'x'],
        ['empty', ''],
      ],
    ]);
  });
});
