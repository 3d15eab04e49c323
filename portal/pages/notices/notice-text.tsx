/** What a notice says: paragraphs, lists with what stands below an item, and commands, as the server's plain text has them. */
export function NoticeText({ paragraphs }: { paragraphs: readonly string[] }) {
  return (
    <div className="space-y-2">
      {numbered(paragraphs).map(({ each: paragraph, number }) => (
        <Part key={number} lines={paragraph.split('\n')} />
      ))}
    </div>
  );
}

function Part({ lines }: { lines: readonly string[] }) {
  const [first = '', ...below] = lines;
  if (first.startsWith('- '))
    return (
      <ul className="list-disc space-y-1 pl-5">
        {numbered(itemsOf(lines)).map(({ each: { text, details }, number }) => (
          <li key={number}>
            <bdi>{text}</bdi>
            {numbered(details).map(({ each: detail, number: at }) => (
              <p key={at}>
                <bdi>{detail}</bdi>
              </p>
            ))}
          </li>
        ))}
      </ul>
    );
  if (below.length > 0 && below.every((line) => line.startsWith(indent)))
    return (
      <div>
        <p>
          <bdi>{first}</bdi>
        </p>
        {numbered(below).map(({ each: line, number }) => (
          <code key={number} className="mt-1 block w-fit max-w-full rounded bg-sunken px-2 py-0.5 break-words">
            {line.trim()}
          </code>
        ))}
      </div>
    );
  return (
    <p className="whitespace-pre-line">
      <bdi>{lines.join('\n')}</bdi>
    </p>
  );
}

/** The same line may come twice, and none ever moves: its place is what it is known by. */
const numbered = <T,>(all: readonly T[]) => all.map((each, number) => ({ each, number }));

const indent = '    ';

function itemsOf(lines: readonly string[]) {
  const items: { text: string; details: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('- ')) items.push({ text: line.slice(2), details: [] });
    else items.at(-1)?.details.push(line.trim());
  }
  return items;
}
