<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Keys by which categories of two sites are brought together: the value of a field in the one row of a table whose
 * foreign key is the category's id.
 *
 * A key names a table and two of its columns, so it could read anything: the passwords of people, say, by their ids. A
 * call gets only the two of course_categories itself, and what the administrator allowed here. Names go into a query only
 * after they were found in the site's schema, as the schema writes them.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class category_keys {
    /** table:foreignkey:field, without the prefix of the site's tables. */
    public const FORM = '/^[a-z][a-z0-9_]{0,62}(:[a-z][a-z0-9_]{0,62}){2}$/D';

    /** Allowed on every site: what lists of categories tell anyhow. */
    public const BUILT_IN = ['course_categories:id:idnumber', 'course_categories:id:name'];

    /** Nobody maps categories by these, and a mistake would be dear. */
    private const NEVER = '/^(user|user_.*|config|config_.*|sessions|external_tokens|oauth2_.*|lti_.*|enrol_lti_.*|' .
        'auth_.*|mnet_.*|private_files|local_jouvence_.*)$/';

    /** Longer is no key. */
    private const MAX_LENGTH = 255;

    /**
     * @return string[] what the administrator allowed
     */
    public static function allowed(): array {
        return self::read((string) get_config('local_jouvence', 'categorykeys'));
    }

    /**
     * @param string $lines one key a line
     * @return string[]
     */
    public static function read(string $lines): array {
        return array_values(array_unique(array_filter(array_map('trim', preg_split('/[\s,;]+/', $lines)), 'strlen')));
    }

    /**
     * Writes down what is allowed from now on.
     *
     * @param string[] $keys
     */
    public static function allow(array $keys): void {
        foreach ($keys as $key) {
            $problem = self::problem($key);
            if ($problem !== null) {
                throw new error('invalid-parameter', $problem);
            }
        }
        set_config('categorykeys', implode("\n", array_unique($keys)), 'local_jouvence');
    }

    /**
     * Why a key cannot be allowed.
     *
     * @param string $key
     * @return string|null null: it can
     */
    public static function problem(string $key): ?string {
        global $DB;
        if (!preg_match(self::FORM, $key)) {
            return "{$key}: must be table:foreignkey:field, in lower case, without the prefix of the tables";
        }
        [$table, $foreignkey, $field] = explode(':', $key);
        if (preg_match(self::NEVER, $table)) {
            return "{$key}: the table {$table} holds what must not leave the site";
        }
        if (!in_array($table, $DB->get_tables(), true)) {
            return "{$key}: this site has no table {$table}";
        }
        $columns = $DB->get_columns($table);
        foreach ([$foreignkey, $field] as $name) {
            if (!isset($columns[$name])) {
                return "{$key}: the table {$table} has no column {$name}";
            }
            // Long texts, bytes, logical and unknown types are no keys.
            if (!in_array($columns[$name]->meta_type, ['I', 'R', 'N', 'C', 'X'], true)) {
                return "{$key}: the column {$name} of {$table} is neither a number nor a text";
            }
        }
        return null;
    }

    /**
     * @param string $key
     * @return (string|null)[] by category; null: several rows, or a value that is none
     */
    public static function values(string $key): array {
        global $DB;
        if (!in_array($key, array_merge(self::BUILT_IN, self::allowed()), true)) {
            throw new error('not-allowed', "this site does not give {$key} as the key of categories: its administrator " .
                'allows it under Site administration > Plugins > Local plugins > Jouvence, or with ' .
                'php local/jouvence/cli/setup.php --category-key=TABLE:FOREIGNKEY:FIELD');
        }
        $problem = self::problem($key);
        if ($problem !== null) {
            throw new error('site-error', "the key of categories that was allowed here cannot be read any more: {$problem}");
        }
        [$table, $foreignkey, $field] = explode(':', $key);
        $columns = $DB->get_columns($table);
        $rows = $DB->get_recordset_sql(
            "SELECT t.{$columns[$foreignkey]->name} AS categoryid, t.{$columns[$field]->name} AS categorykey FROM {{$table}} t");
        $values = [];
        foreach ($rows as $row) {
            $id = (int) $row->categoryid;
            $value = (string) $row->categorykey;
            $isseveral = array_key_exists($id, $values);
            $isvalue = $value !== '' && \core_text::strlen($value) <= self::MAX_LENGTH;
            $values[$id] = $isvalue && !$isseveral ? $value : null;
        }
        $rows->close();
        return $values;
    }
}
