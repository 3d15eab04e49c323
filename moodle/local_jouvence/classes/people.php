<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Accounts, as far as finding and matching need. Deleted ones are never told.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class people {
    /** What fullname() asks for, whatever the site's name format. */
    private const NAMES = ['firstname', 'lastname', 'firstnamephonetic', 'lastnamephonetic', 'middlename', 'alternatename'];

    private const COLUMNS = 'u.id, u.username, u.email, u.idnumber, u.auth, u.lang, u.firstaccess, u.suspended';

    /** Values in one IN (…): databases allow tens of thousands, planners like fewer. */
    private const BATCH = 5000;

    /**
     * @param string $alias of the user table
     * @return string columns for name()
     */
    public static function name_columns(string $alias): string {
        return $alias . '.' . implode(", {$alias}.", self::NAMES);
    }

    /**
     * Full name as the site writes it, whoever asks.
     *
     * @param \stdClass $user with name_columns
     * @return string
     */
    public static function name(\stdClass $user): string {
        return trim(fullname($user, true));
    }

    /**
     * Those whose field is exactly this; usernames and e-mails in any case. An empty value finds nobody, because every
     * account may have none.
     *
     * @param string $field username, email or idnumber
     * @param string $value
     * @return array[]
     */
    public static function find(string $field, string $value): array {
        global $DB;
        $wanted = self::key($field, $value);
        if ($wanted === '') {
            return [];
        }
        $column = $field === 'email' ? 'LOWER(u.email)' : 'u.' . $field;
        $rows = $DB->get_records_sql(
            'SELECT ' . self::COLUMNS . ', ' . self::name_columns('u') .
            " FROM {user} u WHERE {$column} = :wanted AND u.deleted = 0 ORDER BY u.id",
            ['wanted' => $wanted]
        );
        $people = [];
        foreach ($rows as $row) {
            // MySQL's collations find é for e and a for A.
            if (self::key($field, $row->$field) === $wanted) {
                $people[] = [
                    'id' => (int) $row->id,
                    'username' => $row->username,
                    'email' => $row->email,
                    'idnumber' => $row->idnumber,
                    'fullname' => self::name($row),
                    'auth' => $row->auth,
                    'language' => $row->lang,
                    'firstaccess' => (int) $row->firstaccess,
                    'suspended' => (bool) $row->suspended,
                ];
            }
        }
        return $people;
    }

    /**
     * For each of the asked, in their order, every account that has the username, the e-mail or the idnumber.
     *
     * @param array[] $asked {username, email, idnumber}
     * @return array[] {username, candidates}
     */
    public static function match(array $asked): array {
        $found = [];
        foreach (['username', 'email', 'idnumber'] as $field) {
            $found[$field] = self::having($field, $asked);
        }
        return array_map(function (array $person) use ($found): array {
            $candidates = [];
            foreach ($found as $field => $byvalue) {
                $candidates += $byvalue[self::key($field, $person[$field])] ?? [];
            }
            ksort($candidates);
            return ['username' => $person['username'], 'candidates' => array_values($candidates)];
        }, $asked);
    }

    /**
     * Accounts by the value of one field.
     *
     * @param string $field
     * @param array[] $asked
     * @return array[][] value → id → candidate
     */
    private static function having(string $field, array $asked): array {
        global $CFG, $DB;
        $wanted = [];
        foreach ($asked as $person) {
            $wanted[self::key($field, $person[$field])] = true;
        }
        unset($wanted['']);
        $admins = array_flip(explode(',', $CFG->siteadmins));
        $column = $field === 'email' ? 'LOWER(u.email)' : 'u.' . $field;
        $found = [];
        // Array keys that look like numbers have become numbers.
        foreach (array_chunk(array_map('strval', array_keys($wanted)), self::BATCH) as $values) {
            [$in, $params] = $DB->get_in_or_equal($values, SQL_PARAMS_NAMED);
            $rows = $DB->get_recordset_sql(
                'SELECT ' . self::COLUMNS . " FROM {user} u WHERE {$column} {$in} AND u.deleted = 0",
                $params
            );
            foreach ($rows as $row) {
                $found[self::key($field, $row->$field)][(int) $row->id] = [
                    'id' => (int) $row->id,
                    'username' => $row->username,
                    'email' => $row->email,
                    'idnumber' => $row->idnumber,
                    'firstaccess' => (int) $row->firstaccess,
                    'auth' => $row->auth,
                    'suspended' => (bool) $row->suspended,
                    'admin' => isset($admins[$row->id]),
                ];
            }
            $rows->close();
        }
        return $found;
    }

    /**
     * A value as it is compared.
     *
     * @param string $field
     * @param string $value
     * @return string
     */
    private static function key(string $field, string $value): string {
        if (trim($value) === '') {
            return '';
        }
        return $field === 'idnumber' ? $value : \core_text::strtolower($value);
    }
}
