<?php
// Reads what Moodle itself puts in each document of a course backup, with and without users, by running the
// `define_structure()` of every core backup step against stand-ins for Moodle's database and settings.
// The second argument, if given, gets the file areas with whose they are, the source of `file-areas.ts`.
// Usage: php catalogue-from-moodle.php MOODLE_DIRECTORY [AREAS.json] > catalogue.txt
error_reporting(E_ALL & ~E_DEPRECATED & ~E_WARNING & ~E_NOTICE);
define('MOODLE_INTERNAL', 1);
define('SITEID', 1);
define('CONTEXT_USER', 30); define('CONTEXT_COURSE', 50); define('CONTEXT_MODULE', 70); define('CONTEXT_SYSTEM', 10);
define('FEATURE_ADVANCED_GRADING', 'x'); define('CALENDAR_EVENT_TYPE_ACTION', 1);
define('GRADE_FILE_COMPONENT', 'grade'); define('GRADE_FEEDBACK_FILEAREA', 'feedback'); define('GRADE_HISTORY_FEEDBACK_FILEAREA', 'historyfeedback');
define('BADGE_TYPE_COURSE', 2); define('BADGE_STATUS_ARCHIVED', 4);
define('BADGE_STATUS_ACTIVE', 1); define('COURSE_GROUPTYPE', 1);

$root = $argv[1];
$CFG = (object)['dirroot' => $root, 'libdir' => "$root/lib", 'version' => 0, 'wwwroot' => 'x', 'release' => '', 'backup_version' => 0, 'backup_release' => ''];

class anything { public function __call($n, $a) { return null; } public static function __callStatic($n, $a) { return new anything(); } public $id = 1; }
class stub_db extends anything {
  function sql_concat(...$a) { return 'c'; }
  function get_records(...$a) { return []; }
  function get_records_sql(...$a) { return []; }
  function get_records_menu(...$a) { return []; }
  function get_record(...$a) { return (object)['id' => 1, 'configdata' => '', 'category' => 1]; }
  function get_recordset(...$a) { return new class([]) extends ArrayIterator { function close() {} }; }
  function get_in_or_equal(...$a) { return ['= ?', []]; }
  function record_exists(...$a) { return true; }
  function get_field(...$a) { return 1; }
}
$DB = new stub_db();

class backup { const VAR_COURSEID=-1; const VAR_SECTIONID=-11; const VAR_ACTIVITYID=-21; const VAR_MODID=-22; const VAR_MODNAME=-23; const VAR_BLOCKID=-31; const VAR_BLOCKNAME=-32; const VAR_PARENTID=-41; const VAR_CONTEXTID=-42; const VAR_BACKUPID=-43; const VAR_BASEPATH=-44; const LOG_WARNING=1; const TYPE_1COURSE='course'; }
class context_system extends anything { static function instance() { return new anything(); } }
class context_course extends context_system {} class context_module extends context_system {} class context_user extends context_system {}
class backup_helper { static function is_sqlparam($v) { return ['sqlparam' => $v]; } static function get_inforef_itemnames() { return ['user','grouping','group','role','file','scale','outcome','grade_item','question_category']; } }
class backup_structure_dbops { static function annotations_exist(...$a) { return true; } }
class backup_plan_dbops { static function require_gradebook_backup(...$a) { return true; } }
class backup_controller_dbops extends anything { static function get_moodle_backup_information(...$a) { return [[], ['activities'=>[1],'sections'=>[1],'course'=>[1]], []]; } static function backup_get_original_course_info(...$a) { return (object)['format'=>'','fullname'=>'','shortname'=>'','startdate'=>0,'enddate'=>0]; } }
class grading_manager extends anything {}
class file_progress_stub {}
interface file_progress {}
class core_tag_tag { static function is_enabled(...$a) { return true; } }
eval('namespace assignfeedback_editpdf; class document_services { const FINAL_PDF_FILEAREA="download"; const COMBINED_PDF_FILEAREA="combined"; const PARTIAL_PDF_FILEAREA="partial"; const PAGE_IMAGE_FILEAREA="pages"; const PAGE_IMAGE_READONLY_FILEAREA="readonlypages"; const STAMPS_FILEAREA="stamps"; const IMPORT_HTML_FILEAREA="importhtml"; const TMP_JPG_TO_PDF_FILEAREA="tmp_jpg_to_pdf"; const TMP_ROTATED_JPG_FILEAREA="tmp_rotated_jpg"; }');
define('ASSIGNFEEDBACK_FILE_FILEAREA','feedback_files'); define('ASSIGNSUBMISSION_FILE_FILEAREA','submission_files'); define('ASSIGNFEEDBACK_COMMENTS_FILEAREA','feedback');
class assign extends anything { const GRADINGPDFS='x'; }
class fake_qtype { function extra_question_fields() { return null; } function extra_answer_fields() { return null; } function __call($n,$a){return null;} }
class question_bank extends anything { static function get_all_qtypes() { return []; } static function get_qtype($q) { return new fake_qtype; } }
class question_engine extends anything { static function get_all_response_file_areas() { return ['response_answer','response_attachments','response_bf_comment','response_answers']; } }

function get_config(...$a) { return 1; } function plugin_supports(...$a) { return true; } function get_site_identifier() { return ''; }
function filter_get_all_local_settings(...$a) { return [[], []]; } function course_get_format($c) { return new anything(); } function debugging(...$a) {} function get_string(...$a){return '';}
function unserialize_object($x) { return new stdClass; }
function badges_award_handle_manual_criteria_review() {}
spl_autoload_register(function ($class) use ($root) {
  if (preg_match('/^backup_(.*)_(plugin|subplugin)$/', $class)) {
    if (file_exists($f = "$root/backup/moodle2/$class.class.php")) { load($f); return; }
  }
  if ($class === 'backup_mod_quiz_access_subplugin') { load("$root/mod/quiz/backup/moodle2/$class.class.php"); return; }
  if ($class === 'backup_logstore_database_nested_element') { load("$root/admin/tool/log/store/database/backup/moodle2/$class.php"); return; }
  if (str_contains($class, 'core_competency') ) { eval('namespace ' . substr($class, 0, strrpos($class, '\\')) . '; class ' . substr($class, strrpos($class, '\\') + 1) . ' { const TABLE = "t"; }'); return; }
  if (str_contains($class, '\\user\\') || $class === 'core_user\\fields') { eval('namespace core_user; class fields { static function get_name_fields() { return ["firstnamephonetic","lastnamephonetic","middlename","alternatename","firstname","lastname"]; } }'); return; }
  $pos = strrpos($class, '\\');
  if ($pos !== false) eval('namespace ' . substr($class, 0, $pos) . '; class ' . substr($class, $pos + 1) . ' { const TABLE = "t"; function __call($n,$a) { return []; } static function __callStatic($n,$a) { return $n === "create" ? new static : []; } }');
});

class backup_step_exception extends Exception {}
abstract class backup_step { public $task; function __construct($n = '', $t = null) { $this->name = $n; $this->task = $t; } public $name = ''; }
class backup_execution_step extends backup_step {}
class backup_final_element { public $name; function __construct($name) { $this->name = $name; } function get_name() { return $this->name; } }
class backup_nested_element {
  public $name; public $attributes = []; public $fields = []; public $children = []; public $source = null; public $users = []; public $files = []; public $parent = null;
  function __construct($name, $attributes = null, $final = null) { $this->name = $name; foreach ((array)$attributes as $a) $this->attributes[] = is_object($a) ? $a->name : $a; $this->add_final_elements($final); }
  function add_final_elements($f) { foreach ((array)$f as $x) $this->fields[] = is_object($x) ? $x->name : $x; }
  function add_child($c) { $c->parent = $this; $this->children[] = $c; }
  function get_name() { return $this->name; }
  function get_final_element($n) { return in_array($n, $this->fields) ? $n : null; }
  function get_child($n) { foreach ($this->children as $c) if ($c->name === $n) return $c; return null; }
  function get_children() { $r = []; foreach ($this->children as $c) $r[$c->name] = $c; return $r; }
  function get_source_sql() { return ''; }
  function set_source_table($t, $p, $s = null) { $this->source = 'table ' . $t . ' ' . json_encode($p); }
  function set_source_sql($s, $p) { $this->source = preg_replace('/\s+/', ' ', $s); }
  function set_source_db($db) { $this->source = 'db'; }
  function set_source_array($a) { $this->source = 'array'; }
  function set_source_alias($from, $to) { foreach ([&$this->fields, &$this->attributes] as &$list) foreach ($list as &$f) if ($f === $to) $f = $to; }
  function annotate_ids($what, $field) { if ($what === 'user' || $what === 'userfinal') $this->users[] = $field; }
  function annotate_files($component, $area, $item, $ctx = null) { $this->files[] = [$component, $area]; }
  function get_grandoptigroupelement_or_grandparent() { return $this; } function get_parent() { return $this->parent; }
  function __call($n, $a) { return null; }
}
class backup_structure_processor {} class base_processor {} class base_final_element {} class base_nested_element {}
class file_nested_element extends backup_nested_element {}
class base64_encode_final_element extends backup_final_element {} class anonymizer_final_element extends backup_final_element {} class mnethosturl_final_element extends backup_final_element {}
class encrypted_final_element extends backup_final_element {}
class backup_optigroup extends backup_nested_element { function __construct($n, $e = null, $m = true) { parent::__construct($n); } }
class backup_plugin_element extends backup_nested_element { function __construct($n, $f = null, ...$x) { parent::__construct($n, null, $f); } }
class backup_subplugin_element extends backup_plugin_element {}

class fake_task extends anything {
  public $userinfo; public $modname = ''; public $blockname = '';
  function get_setting_value($n) { if (in_array($n, ['users','userinfo','role_assignments','comments','logs','histories','grade_histories','userscompletion','xapistate','anonymize'])) return $n === 'anonymize' ? false : $this->userinfo; return true; }
  function get_modulename() { return $this->modname; } function get_blockname() { return $this->blockname; } function get_fileareas() { return []; } function get_configdata_encoded_attributes() { return []; }
  function get_kept_roles() { return []; } function get_courseid() { return 2; } function get_progress() { return new anything(); } function get_content_encode() {}
  function get_activityid() { return 1; } function get_moduleid() { return 1; } function get_contextid() { return 1; } function get_backupid() { return 'x'; } function get_name() { return ''; }
}
function plugin_dirs($type) { global $root;
  $map = ['qtype'=>'question/type','qbank'=>'question/bank','qbehaviour'=>'question/behaviour','format'=>'course/format','report'=>'report','coursereport'=>'course/report','plagiarism'=>'plagiarism','local'=>'local','tool'=>'admin/tool','theme'=>'theme','enrol'=>'enrol','gradingform'=>'grade/grading/form',
    'assignsubmission'=>'mod/assign/submission','assignfeedback'=>'mod/assign/feedback','workshopform'=>'mod/workshop/form','workshopeval'=>'mod/workshop/eval','workshopallocation'=>'mod/workshop/allocation','logstore'=>'admin/tool/log/store','quizaccess'=>'mod/quiz/accessrule','quiz'=>'mod/quiz/report','ltiservice'=>'mod/lti/service','ltisource'=>'mod/lti/source','forumreport'=>'mod/forum/report','bbbext'=>'mod/bigbluebuttonbn/extension','scormreport'=>'mod/scorm/report','datapreset'=>'mod/data/preset','booktool'=>'mod/book/tool'];
  if (!isset($map[$type])) { fwrite(STDERR, "no dir for $type\n"); return []; }
  $r = []; foreach (glob("$root/{$map[$type]}/*", GLOB_ONLYDIR) as $d) $r[basename($d)] = $d; return $r; }
abstract class backup_structure_step extends backup_step {
  public $filename;
  function __construct($name, $filename, $task = null) { $this->name = $name; $this->filename = $filename; $this->task = $task; }
  function get_task() { return $this->task; } function get_name() { return $this->name; } function get_courseid() { return 2; } function get_backupid() { return 'x'; } function get_settings() { return []; }
  function get_setting_value($n) { return $this->task->get_setting_value($n); } function get_setting($n) { return new anything(); } function setting_exists($n) { return true; }
  function get_basepath() { return ''; } function log(...$a) {}
  function add_plugin_structure($type, $element, $multiple) { $this->attach($type, $element, 'plugin', null); }
  function add_subplugin_structure($type, $element, $multiple, $pt = null, $pn = null) { $this->attach($type, $element, 'subplugin', [$pt ?? 'mod', $pn ?? $this->task->get_modulename()]); }
  function attach($type, $element, $kind, $owner) { global $CFG;
    $opt = new backup_optigroup($type . '_' . $element->get_name() . "_$kind"); $element->add_child($opt);
    if ($owner) { $pc = "backup_{$owner[0]}_{$owner[1]}_{$type}_subplugin"; $base = $owner[0] === 'mod' ? 'mod/' : 'admin/tool/'; $pf = "{$CFG->dirroot}/$base{$owner[1]}/backup/moodle2/$pc.class.php"; if (file_exists($pf)) load($pf); }
    foreach (plugin_dirs($type) as $name => $dir) { $c = "backup_{$type}_{$name}_$kind"; $f = "$dir/backup/moodle2/$c.class.php"; if (!file_exists($f)) continue; load($f); $p = new $c($type, $name, $opt, $this); $m = "define_{$kind}_structure"; $p->$m($element->get_name()); }
  }
  abstract protected function define_structure();
  function structure() { return $this->define_structure(); }
}
// Only the definitions: the includes at the head of these files reach for the whole of Moodle.
function load($file) { static $seen = []; if (isset($seen[$file])) return; $seen[$file] = 1; $code = file_get_contents($file); $code = preg_replace('/^\s*(require|include)(_once)?\s*\(?[^;]*;/m', '', $code); eval('?>' . $code); }
load("$root/backup/moodle2/backup_plugin.class.php"); load("$root/backup/moodle2/backup_subplugin.class.php");
load("$root/backup/moodle2/backup_qtype_plugin.class.php"); load("$root/backup/moodle2/backup_qtype_extrafields_plugin.class.php");
load("$root/backup/moodle2/backup_stepslib.php");

function flat($e) { // optigroups and their elements have no tag of their own
  $out = []; foreach ($e->children as $c) { if ($c instanceof backup_optigroup || $c instanceof backup_plugin_element) { foreach (flat($c) as $x) $out[] = $x; if ($c->fields) foreach ($c->fields as $f) $e->fields[] = $f; } else $out[] = $c; } return $out; }
function dump($with, $without, $depth, $inherited) {
  global $lines, $areas;
  $people = $with->source !== null && ($without === null || $without->source === null);
  $differs = !$people && $without && $with->source !== $without->source;
  if ($differs) fwrite(STDERR, "DIFFERS {$GLOBALS['doc']} {$with->name}\n   with: {$with->source}\n   without: {$without->source}\n");
  $gone = $inherited || $people;
  $kids = flat($with); $wkids = $without ? flat($without) : [];
  $fields = array_map(fn($f) => (!$gone && in_array($f, $with->users) ? '~' : '') . $f, array_values(array_unique($with->fields)));
  $attrs = array_map(fn($a) => '@' . (!$gone && in_array($a, $with->users) ? '~' : '') . $a, $with->attributes);
  $lines[] = str_repeat(' ', $depth) . ($people ? '-' : '') . ($differs ? '?' : '') . implode(' ', array_merge([$with->name], $attrs, $fields));
  foreach ($with->files as [$c, $a]) $areas["$c/$a"][$gone ? 'people' : 'content'][] = $GLOBALS['doc'] . ':' . $with->name;
  foreach ($kids as $i => $k) { $other = null; foreach ($wkids as $w) if ($w->name === $k->name) $other = $w; dump($k, $other, $depth + 1, $gone); }
}
function document($path, $class, $step, $mod = '', $block = '') {
  global $lines, $doc; $doc = $path; $trees = [];
  foreach ([true, false] as $u) { $t = new fake_task(); $t->userinfo = $u; $t->modname = $mod; $t->blockname = $block; try { $s = new $class($step, basename($path), $t); $trees[] = $s->structure(); } catch (Throwable $e) { fwrite(STDERR, "FAILED $path $class: {$e->getMessage()} {$e->getFile()}:{$e->getLine()}\n"); return; } }
  $lines[] = "# $path"; dump($trees[0], $trees[1], 0, false);
}
$lines = []; $areas = [];
foreach ([
  ['users.xml','backup_users_structure_step','users'],['roles.xml','backup_final_roles_structure_step','roles'],['scales.xml','backup_final_scales_structure_step',''],['outcomes.xml','backup_final_outcomes_structure_step',''],
  ['groups.xml','backup_groups_structure_step',''],['gradebook.xml','backup_gradebook_structure_step',''],['grade_history.xml','backup_grade_history_structure_step',''],['questions.xml','backup_questions_structure_step',''],['badges.xml','backup_badges_structure_step',''],
  ['completion.xml','backup_course_completion_structure_step',''],['files.xml','backup_final_files_structure_step',''],
  ['course/course.xml','backup_course_structure_step',''],['course/enrolments.xml','backup_enrolments_structure_step',''],['course/calendar.xml','backup_calendarevents_structure_step','course_calendar'],['course/completiondefaults.xml','backup_completion_defaults_structure_step',''],['course/contentbank.xml','backup_contentbankcontent_structure_step',''],['course/competencies.xml','backup_course_competencies_structure_step',''],['course/loglastaccess.xml','backup_course_loglastaccess_structure_step',''],
  ['course/logs.xml','backup_course_logs_structure_step',''],['course/logstores.xml','backup_course_logstores_structure_step',''],['*/roles.xml','backup_roles_structure_step',''],['*/filters.xml','backup_filters_structure_step',''],['*/comments.xml','backup_comments_structure_step',''],['*/inforef.xml','backup_inforef_structure_step',''],
  ['section/section.xml','backup_section_structure_step',''],
  ['activity/module.xml','backup_module_structure_step',''],['activity/grades.xml','backup_activity_grades_structure_step',''],['activity/grade_history.xml','backup_activity_grade_history_structure_step',''],['activity/grading.xml','backup_activity_grading_structure_step',''],['activity/calendar.xml','backup_calendarevents_structure_step','activity_calendar'],['activity/completion.xml','backup_userscompletion_structure_step',''],['activity/competencies.xml','backup_activity_competencies_structure_step',''],['activity/logs.xml','backup_activity_logs_structure_step',''],['activity/logstores.xml','backup_activity_logstores_structure_step',''],['activity/xapistate.xml','backup_xapistate_structure_step',''],
  ['block/block.xml','backup_block_instance_structure_step',''],
] as [$p, $c, $s]) { if (class_exists($c)) document($p, $c, $s); else fwrite(STDERR, "no class $c\n"); }
foreach (glob("$root/mod/*/backup/moodle2/backup_*_stepslib.php") as $f) { load($f); $mod = basename($f); preg_match('/backup_(.*)_stepslib/', $mod, $m); document("activity/{$m[1]}.xml", "backup_{$m[1]}_activity_structure_step", '', $m[1]); }
foreach (glob("$root/blocks/*/backup/moodle2/backup_*_stepslib.php") as $f) { load($f); preg_match('/backup_(.*)_stepslib/', basename($f), $m); document("block/{$m[1]}.xml", "backup_{$m[1]}_block_structure_step", '', '', $m[1]); }
echo implode("\n", $lines), "\n";
ksort($areas);
if (isset($argv[2])) file_put_contents($argv[2], json_encode($areas, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
