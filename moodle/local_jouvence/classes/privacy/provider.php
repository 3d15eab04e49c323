<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence\privacy;

use core_privacy\local\metadata\collection;
use core_privacy\local\request\approved_contextlist;
use core_privacy\local\request\approved_userlist;
use core_privacy\local\request\contextlist;
use core_privacy\local\request\userlist;
use core_privacy\local\request\writer;

/**
 * What is kept here, and what leaves the site. Our own tables name service accounts, and who was sent a notice.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
class provider implements
    \core_privacy\local\metadata\provider,
    \core_privacy\local\request\core_userlist_provider,
    \core_privacy\local\request\plugin\provider {

    /**
     * @param collection $collection
     * @return collection
     */
    public static function get_metadata(collection $collection): collection {
        $collection->add_database_table('local_jouvence_tasks', [
            'userid' => 'privacy:metadata:tasks:userid',
            'params' => 'privacy:metadata:tasks:params',
            'timecreated' => 'privacy:metadata:tasks:timecreated',
        ], 'privacy:metadata:tasks');
        $collection->add_database_table('local_jouvence_notices', [
            'userid' => 'privacy:metadata:notices:userid',
            'kind' => 'privacy:metadata:notices:kind',
            'timecreated' => 'privacy:metadata:notices:timecreated',
        ], 'privacy:metadata:notices');
        $collection->add_subsystem_link('core_files', [], 'privacy:metadata:core_files');
        $collection->add_external_location_link('entering', [
            'id' => 'privacy:metadata:entering:id',
            'username' => 'privacy:metadata:entering:username',
            'language' => 'privacy:metadata:entering:language',
        ], 'privacy:metadata:entering');
        $collection->add_external_location_link('control', [
            'account' => 'privacy:metadata:control:account',
            'courses' => 'privacy:metadata:control:courses',
            'archive' => 'privacy:metadata:control:archive',
        ], 'privacy:metadata:control');
        return $collection;
    }

    /**
     * @param int $userid
     * @return contextlist
     */
    public static function get_contexts_for_userid(int $userid): contextlist {
        $list = new contextlist();
        $list->add_from_sql(
            'SELECT x.id FROM {context} x WHERE x.contextlevel = :level
                AND (EXISTS (SELECT 1 FROM {local_jouvence_tasks} t WHERE t.userid = :userid)
                  OR EXISTS (SELECT 1 FROM {local_jouvence_notices} n WHERE n.userid = :person))',
            ['level' => CONTEXT_SYSTEM, 'userid' => $userid, 'person' => $userid]
        );
        return $list;
    }

    /**
     * @param userlist $userlist
     */
    public static function get_users_in_context(userlist $userlist) {
        if ($userlist->get_context()->contextlevel === CONTEXT_SYSTEM) {
            $userlist->add_from_sql('userid', 'SELECT userid FROM {local_jouvence_tasks}', []);
            $userlist->add_from_sql('userid', 'SELECT userid FROM {local_jouvence_notices}', []);
        }
    }

    /**
     * @param approved_contextlist $contextlist
     */
    public static function export_user_data(approved_contextlist $contextlist) {
        global $DB;
        foreach ($contextlist->get_contexts() as $context) {
            if ($context->contextlevel === CONTEXT_SYSTEM) {
                $tasks = $DB->get_records('local_jouvence_tasks', ['userid' => $contextlist->get_user()->id], 'id',
                    'id, kind, params, timecreated');
                $notices = $DB->get_records('local_jouvence_notices', ['userid' => $contextlist->get_user()->id], 'id',
                    'id, kind, timecreated');
                writer::with_context($context)->export_data([get_string('privacy:path', 'local_jouvence')],
                    (object) ['tasks' => array_values($tasks), 'notices' => array_values($notices)]);
            }
        }
    }

    /**
     * Rows of tasks stay: they name service accounts, never people, and go by themselves when the work that they belong to
     * is a day old.
     *
     * @param \context $context
     */
    public static function delete_data_for_all_users_in_context(\context $context) {
        global $DB;
        if ($context->contextlevel === CONTEXT_SYSTEM) {
            $DB->delete_records('local_jouvence_notices');
        }
    }

    /**
     * Likewise.
     *
     * @param approved_contextlist $contextlist
     */
    public static function delete_data_for_user(approved_contextlist $contextlist) {
        foreach ($contextlist->get_contexts() as $context) {
            if ($context->contextlevel === CONTEXT_SYSTEM) {
                self::forget([$contextlist->get_user()->id]);
            }
        }
    }

    /**
     * Likewise.
     *
     * @param approved_userlist $userlist
     */
    public static function delete_data_for_users(approved_userlist $userlist) {
        if ($userlist->get_context()->contextlevel === CONTEXT_SYSTEM) {
            self::forget($userlist->get_userids());
        }
    }

    /**
     * @param int[] $userids
     */
    private static function forget(array $userids): void {
        global $DB;
        $DB->delete_records_list('local_jouvence_notices', 'userid', $userids);
    }
}
