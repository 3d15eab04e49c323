<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * French.
 *
 * @package    block_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['go'] = 'Aller à Jouvence';
$string['jouvence:addinstance'] = 'Ajouter un bloc Jouvence';
$string['jouvence:myaddinstance'] = 'Ajouter un bloc Jouvence au tableau de bord';
$string['pluginname'] = 'Jouvence';
$string['privacy:metadata'] = 'Le bloc ne conserve aucune donnée.';
$string['what'] = 'Faites venir ici vos cours d’une autre plateforme.';
