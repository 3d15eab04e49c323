import { expect, test } from 'vitest';
import { plainName } from './plain-name.ts';

// Each as PHP 8.2 and Moodle 4.5's clean_param(…, PARAM_TEXT) answered.
test.each([
  ['Génétique & <b>droit</b>', 'Génétique & droit'],
  ['A < B', 'A < B'],
  ['1 > 0', '1 > 0'],
  ['Cours <é>', 'Cours '],
  ['a <b', 'a '],
  ['<script>alert(1)</script> & </x>', 'alert(1) & '],
  ['<a title="1 > 0">x</a>', 'x'],
  ['<!-- a > b -->x', 'x'],
  [
    '<lang lang="fr">Cours</lang><lang lang="en">Course</lang>',
    '<lang lang="fr">Cours</lang><lang lang="en">Course</lang>',
  ],
  ['<span lang="fr" class="multilang">Cours</span>', '<span lang="fr" class="multilang">Cours</span>'],
  ['<span style="color:red">Cours</span>', 'Cours'],
  ['<span class="multilang" lang="fr">Cours</span><b>x</b>', '<span class="multilang" lang="fr">Cours</span>x'],
])('%s', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});
