import { combineHandlers } from './moodle-backup.ts';
import { createRecordHandler, type XmlHandler, type XmlRecord } from './xml.ts';

/**
 * What in a backup belongs to the site that it was made on. Moodle restores it elsewhere otherwise than it was, or not at
 * all, and says nothing: the places are named at each.
 */
export interface SiteBound {
  /** Activities of mod_lti that will not reach their tool as they are. */
  externalTools: ExternalTool[];
  /** Names of scales of the whole site: elsewhere one of the same values is taken, or one of the course is made. */
  scales: string[];
  /** Short names of outcomes of the whole site; elsewhere one of the same short name is taken. */
  outcomes: string[];
  /** Questions whose author is nobody of `users.xml`: elsewhere it is whoever restores. */
  authorlessQuestions: number;
  /** Ways to enrol that name a cohort or another course of the site, and how many people came by them. */
  enrolments: { method: 'cohort' | 'meta'; people: number }[];
  /** People who belong to another Moodle and came by MNet. */
  networkPeople: number;
}

export interface ExternalTool {
  /** Of the activity. */
  name: string;
  /**
   * `secret`: key and secret are encrypted with the site's own key (whether they are empty cannot be seen);
   * `registration`: LTI 1.3, where the tool knows the site by a client id, which is made anew;
   * `site-tool`: set up for the whole site, and only named in the backup.
   */
  bound: 'secret' | 'registration' | 'site-tool';
  /** Name of the tool; empty when it is set up in the activity itself. */
  tool: string;
}

const nothing = (value: string | null | undefined): boolean => !value || value === '0';

/** Gathers it while the documents go by, in whatever order they come. */
export class SiteBoundFinder {
  private readonly externalTools: ExternalTool[] = [];
  private readonly scales: string[] = [];
  private readonly outcomes: string[] = [];
  private readonly enrolments: SiteBound['enrolments'] = [];
  private readonly questionsByAuthor = new Map<string, number>();
  private readonly people = new Set<string>();
  private readonly networkHosts = new Map<string, number>();

  /** What reads that document; undefined where there is nothing of this in it. */
  handler(path: string): XmlHandler | undefined {
    switch (path) {
      case 'scales.xml':
        return createRecordHandler({
          '/scales_definition/scale': ({ courseid, name }) => {
            if (nothing(courseid)) this.scales.push(name ?? '');
          },
        });
      case 'outcomes.xml':
        return createRecordHandler({
          '/outcomes_definition/outcome': ({ courseid, shortname }) => {
            if (nothing(courseid)) this.outcomes.push(shortname ?? '');
          },
        });
      case 'questions.xml':
        return this.questions();
      case 'course/enrolments.xml':
        return this.waysToEnrol();
      case 'users.xml':
        return createRecordHandler({ '/users/user': (row) => this.addPerson(row) }, new Set(['auth', 'mnethosturl']));
    }
    return /^activities\/lti_\d+\/lti\.xml$/.test(path) ? this.tool() : undefined;
  }

  private questions(): XmlHandler {
    const add = ({ createdby }: XmlRecord) => {
      if (!nothing(createdby))
        this.questionsByAuthor.set(createdby!, (this.questionsByAuthor.get(createdby!) ?? 0) + 1);
    };
    const category = '/question_categories/question_category';
    return createRecordHandler(
      {
        // Since 4.0 and until 3.11.
        [`${category}/question_bank_entries/question_bank_entry/question_version/question_versions/questions/question`]:
          add,
        [`${category}/questions/question`]: add,
      },
      new Set(['createdby']),
    );
  }

  private waysToEnrol(): XmlHandler {
    let people = 0;
    return combineHandlers([
      createRecordHandler({ '/enrolments/enrols/enrol/user_enrolments/enrolment': () => void people++ }),
      createRecordHandler(
        {
          // Closed after all of its rows.
          '/enrolments/enrols/enrol': ({ enrol }) => {
            if (enrol === 'cohort' || enrol === 'meta') this.enrolments.push({ method: enrol, people });
            people = 0;
          },
        },
        new Set(['enrol']),
      ),
    ]);
  }

  private addPerson(row: XmlRecord): void {
    this.people.add(row['@id'] ?? '');
    const host = row.auth === 'mnet' ? 'mnet' : (row.mnethosturl ?? '');
    this.networkHosts.set(host, (this.networkHosts.get(host) ?? 0) + 1);
  }

  private tool(): XmlHandler {
    let type: XmlRecord | undefined;
    return combineHandlers([
      createRecordHandler({ '/activity/lti/ltitype': (record) => (type = record) }),
      createRecordHandler({
        '/activity/lti': ({ name, typeid, toolurl, resourcekey, password }) => {
          const add = (bound: ExternalTool['bound']) =>
            this.externalTools.push({ name: name ?? '', bound, tool: type?.name ?? '' });
          if (!nothing(typeid)) {
            // Of a tool of the whole site nothing but its name is in a backup.
            if (!type?.baseurl) return add('site-tool');
            return add(type.ltiversion?.startsWith('1.3') ? 'registration' : 'secret');
          }
          // An activity that names no address of a tool reaches none, here or there.
          return toolurl && (resourcekey || password) ? add('secret') : undefined;
        },
      }),
    ]);
  }

  /** `wwwroot` of the site that the backup was made on, which some sites write for their own people too. */
  result(wwwroot: string): SiteBound {
    const authored = [...this.questionsByAuthor].filter(([id]) => !this.people.has(id));
    const foreign = [...this.networkHosts].filter(([host]) => host !== '' && host !== wwwroot);
    const sum = (counts: [string, number][]) => counts.reduce((total, [, count]) => total + count, 0);
    return {
      externalTools: this.externalTools,
      scales: this.scales,
      outcomes: this.outcomes,
      authorlessQuestions: sum(authored),
      enrolments: this.enrolments,
      networkPeople: sum(foreign),
    };
  }
}
