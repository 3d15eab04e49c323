import { createRecordHandler, type XmlHandler } from './xml.ts';

/** Elements whose text names a plugin, by their document's name and path. */
const namedIn: Record<string, readonly (readonly [record: string, field: string, type: string])[]> = {
  'enrolments.xml': [['/enrolments/enrols/enrol', 'enrol', 'enrol']],
  'filters.xml': [['/filters/filter_actives/filter_active', 'filter', 'filter']],
  'grading.xml': [['/areas/area', 'activemethod', 'gradingform']],
  'course.xml': [
    ['/course', 'format', 'format'],
    ['/course', 'theme', 'theme'],
  ],
};

/**
 * Gathers the plugins that a backup's documents use, by Moodle's full names (`mod_forum`, `qtype_match`, `block_html`). Modules are told
 * by `moodle_backup.xml` and are not gathered here.
 */
export class PluginFinder {
  readonly names = new Set<string>();

  /** A block has a directory of its own, wherever it stands: `course/blocks/html_12/block.xml`. */
  visit(path: string): void {
    const block = /(?:^|\/)blocks\/([a-z][a-z0-9_]*)_[0-9]+\//.exec(path);
    if (block !== null) this.names.add(`block_${block[1]}`);
  }

  handler(path: string): XmlHandler {
    const named = namedIn[path.slice(path.lastIndexOf('/') + 1)] ?? [];
    const byPath: Record<string, (record: Record<string, string | null>) => void> = {};
    for (const [record] of named)
      byPath[record] = (found) => {
        for (const [at, field, type] of named)
          if (at === record && found[field]) this.names.add(`${type}_${found[field]}`);
      };
    const records = named.length === 0 ? undefined : createRecordHandler(byPath);
    const questions = path.endsWith('questions.xml');
    let qtype: string | undefined;
    let addOn: string | undefined;
    return {
      open: (name, attributes) => {
        records?.open(name, attributes);
        // An add-on's own part: plugin_<type>_<name>_<where>. Every installed one is written, empty if it had nothing to
        // say, so only one that holds something is used.
        if (addOn !== undefined) this.names.add(addOn);
        const plugin = /^(?:sub)?plugin_([a-z]+)_([a-z0-9_]+)_[a-z0-9]+$/.exec(name);
        addOn = plugin === null ? undefined : `${plugin[1]}_${plugin[2]}`;
        if (questions && name === 'qtype') qtype = '';
      },
      text: (chunk) => {
        records?.text(chunk);
        if (qtype !== undefined) qtype += chunk;
      },
      close: (name) => {
        records?.close(name);
        if (qtype) this.names.add(`qtype_${qtype}`);
        qtype = undefined;
        addOn = undefined;
      },
    };
  }
}
