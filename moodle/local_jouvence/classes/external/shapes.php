<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\external;

require_once(__DIR__ . '/../../compat.php');

use core_external\external_multiple_structure as many;
use core_external\external_single_structure as one;
use core_external\external_value as value;

/**
 * Descriptions that several functions share. Text is raw everywhere: see base.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class shapes {
    /**
     * @return value
     */
    public static function text(): value {
        return new value(PARAM_RAW, '', VALUE_REQUIRED, null, NULL_NOT_ALLOWED);
    }

    /**
     * @return value text or null
     */
    public static function maybe(): value {
        return new value(PARAM_RAW, '', VALUE_REQUIRED, null, NULL_ALLOWED);
    }

    /**
     * @return value
     */
    public static function int(): value {
        return new value(PARAM_INT, '', VALUE_REQUIRED, null, NULL_NOT_ALLOWED);
    }

    /**
     * @return value
     */
    public static function bool(): value {
        return new value(PARAM_BOOL, '', VALUE_REQUIRED, null, NULL_NOT_ALLOWED);
    }

    /**
     * A structure: names of text fields, of whole numbers, of booleans, and whatever else.
     *
     * @param string $text names, with spaces between
     * @param string $int
     * @param string $bool
     * @param array $more name → description
     * @return one
     */
    public static function one(string $text, string $int = '', string $bool = '', array $more = []): one {
        $fields = [];
        foreach (['text' => $text, 'int' => $int, 'bool' => $bool] as $kind => $names) {
            foreach (preg_split('/ /', $names, -1, PREG_SPLIT_NO_EMPTY) as $name) {
                $fields[$name] = self::$kind();
            }
        }
        return new one($fields + $more);
    }

    /**
     * A structure with one list in it.
     *
     * @param string $name
     * @param \core_external\external_description $of
     * @return one
     */
    public static function list_of(string $name, \core_external\external_description $of): one {
        return new one([$name => new many($of)]);
    }

    /**
     * @return many of text
     */
    public static function texts(): many {
        return new many(self::text());
    }

    /**
     * @return one
     */
    public static function category(): one {
        return self::one('name idnumber', 'id parentid', 'visible', [
            'path' => self::texts(),
            'key' => new value(PARAM_RAW, '', VALUE_OPTIONAL, null, NULL_ALLOWED),
        ]);
    }

    /**
     * @return value a parameter that may be left out
     */
    public static function if_given(): value {
        return new value(PARAM_RAW, '', VALUE_DEFAULT, null, NULL_ALLOWED);
    }

    /**
     * @return value whole number or null
     */
    public static function maybe_int(): value {
        return new value(PARAM_INT, '', VALUE_REQUIRED, null, NULL_ALLOWED);
    }

    /**
     * A task. `error` and `archive` are left out where there is none.
     *
     * @return one
     */
    public static function task(): one {
        return self::one('key kind state step', '', '', [
            'progress' => new value(PARAM_FLOAT, '', VALUE_REQUIRED, null, NULL_NOT_ALLOWED),
            'warnings' => new many(self::one('code severity what why todo')),
            'courseid' => self::maybe_int(),
            'error' => new one(['code' => self::text(), 'message' => self::text()], '', VALUE_OPTIONAL),
            'archive' => new one(['filename' => self::text(), 'sizebytes' => self::int(), 'sha256' => self::text()], '',
                VALUE_OPTIONAL),
        ]);
    }

    /**
     * @param array $more name → description
     * @return one
     */
    public static function course(array $more = []): one {
        return self::one('shortname fullname idnumber format', 'id startdate enddate timemodified filebytes', 'visible',
            ['category' => self::category(), 'teachers' => self::texts()] + $more);
    }
}
