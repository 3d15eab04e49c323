<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Who may be the same person.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 * @covers     \local_jouvence\people
 */
final class people_test extends \advanced_testcase {
    public function test_every_account_that_could_be_meant(): void {
        $this->resetAfterTest();
        $generator = $this->getDataGenerator();
        $a = $generator->create_user(['username' => 'anne', 'email' => 'Anne@Example.org', 'idnumber' => 'P1']);
        $b = $generator->create_user(['username' => 'bob', 'email' => 'bob@example.org', 'idnumber' => '', 'suspended' => 1]);
        $generator->create_user(['username' => 'rene', 'email' => 'rene@example.org', 'idnumber' => 'RENÉ']);
        $gone = $generator->create_user(['username' => 'gone', 'email' => 'gone@example.org']);
        delete_user($gone);

        $found = people::match([
            ['username' => 'BOB', 'email' => 'anne@example.ORG', 'idnumber' => ''],
            ['username' => 'nobody', 'email' => '', 'idnumber' => 'P1'],
            ['username' => 'gone', 'email' => 'gone@example.org', 'idnumber' => 'p1'],
            ['username' => '', 'email' => '', 'idnumber' => 'RENE'],
            ['username' => '', 'email' => '', 'idnumber' => ''],
            ['username' => 'admin', 'email' => '', 'idnumber' => ''],
        ]);
        $ids = array_map(function (array $person): array {
            return array_column($person['candidates'], 'id');
        }, $found);
        $this->assertEquals([[$a->id, $b->id], [$a->id], [], [], [], [get_admin()->id]], $ids);
        $this->assertSame([false, true], array_column($found[0]['candidates'], 'suspended'));
        $this->assertTrue($found[5]['candidates'][0]['admin']);
        $this->assertSame('BOB', $found[0]['username']);
    }

    public function test_finding_is_exact(): void {
        $this->resetAfterTest();
        $this->getDataGenerator()->create_user(['username' => 'anne', 'email' => 'anne@example.org', 'idnumber' => 'É1']);
        $this->assertCount(1, people::find('username', 'ANNE'));
        $this->assertCount(1, people::find('idnumber', 'É1'));
        foreach ([['idnumber', 'E1'], ['idnumber', 'é1'], ['username', 'ann%'], ['username', ' '], ['email', '']] as [$field, $value]) {
            $this->assertSame([], people::find($field, $value), "{$field} {$value}");
        }
    }

    public function test_twenty_thousand_cost_a_few_queries(): void {
        global $DB;
        $asked = [];
        for ($i = 0; $i < 20000; $i++) {
            $asked[] = ['username' => "u{$i}", 'email' => "u{$i}@example.org", 'idnumber' => (string) $i];
        }
        $before = $DB->perf_get_reads();
        $this->assertCount(20000, people::match($asked));
        $this->assertLessThan(60, $DB->perf_get_reads() - $before);
    }
}
