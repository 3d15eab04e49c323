<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * The tree of categories: hundreds of rows at most, so it is read whole.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class categories {
    /**
     * Parents before their children. Hidden is also what is below a hidden one, as it is for people.
     *
     * @param string|null $key table:foreignkey:field; null: without keys
     * @return array[] by id: {id, parentid, name, idnumber, visible, path: names from the top down, ids: likewise, key}
     */
    public static function tree(?string $key = null): array {
        global $DB;
        $keys = $key === null ? null : category_keys::values($key);
        $rows = $DB->get_records('course_categories', null, 'depth, sortorder, id', 'id, parent, name, idnumber, visible');
        $tree = [];
        foreach ($rows as $row) {
            $parent = $tree[$row->parent] ?? null;
            $tree[$row->id] = [
                'id' => (int) $row->id,
                'parentid' => $parent ? (int) $row->parent : 0,
                'name' => (string) $row->name,
                'idnumber' => (string) $row->idnumber,
                'visible' => (bool) $row->visible && ($parent === null || $parent['visible']),
                'path' => array_merge($parent['path'] ?? [], [(string) $row->name]),
                'ids' => array_merge($parent['ids'] ?? [], [(int) $row->id]),
            ];
            if ($keys !== null) {
                $tree[$row->id]['key'] = $keys[$row->id] ?? null;
            }
        }
        return $tree;
    }

    /**
     * As it travels.
     *
     * @param array[] $tree
     * @param int $id
     * @return array a damaged database may name a category that is gone
     */
    public static function wire(array $tree, int $id): array {
        $row = $tree[$id] ?? ['id' => max(1, $id), 'parentid' => 0, 'name' => '', 'idnumber' => '', 'visible' => false,
            'path' => ['']];
        unset($row['ids']);
        return $row;
    }

    /**
     * These categories and all below them.
     *
     * @param array[] $tree
     * @param int[] $ids
     * @return int[][] category id → those of $ids that are it or above it
     */
    public static function below(array $tree, array $ids): array {
        $found = [];
        foreach ($tree as $id => $row) {
            $above = array_values(array_intersect($row['ids'], $ids));
            if ($above) {
                $found[$id] = $above;
            }
        }
        return $found;
    }
}
