<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

/**
 * French.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['cachedef_facts'] = 'Comptages longs';
$string['cachedef_tries'] = 'Codes d’appairage erronés par adresse';
$string['categorykeys'] = 'Clés des catégories';
$string['categorykeys_desc'] = 'Ce que Jouvence peut lire pour retrouver la même catégorie sur un autre site, une par ligne : <code>table:clé étrangère:champ</code>, la valeur d’un champ dans la ligne dont la clé étrangère est l’identifiant de la catégorie ; la table sans son préfixe. Le numéro d’identification et le nom d’une catégorie n’ont pas besoin d’autorisation. Tout ce qui est nommé ici peut être lu par Jouvence, ligne par ligne.';
$string['enter_account'] = 'Ce compte ne peut pas aller à Jouvence : ce n’est pas un compte personnel de ce site.';
$string['enter_continue'] = 'Continuer vers Jouvence';
$string['enter_loginas'] = 'Vous êtes connecté sous le compte de quelqu’un d’autre. Revenez d’abord à votre propre compte.';
$string['enter_notpaired'] = 'Ce site n’est pas relié à Jouvence.';
$string['enter_state'] = 'Cette adresse est incomplète. Recommencez depuis Jouvence.';
$string['enter_told'] = '{$a} saura que vous êtes connecté à ce site : votre nom d’utilisateur, le numéro de votre compte et votre langue. Votre mot de passe reste ici.';
$string['enter_which'] = 'Jouvence à l’adresse « {$a} » n’est pas relié à ce site.';
$string['event_pairing_opened'] = 'Code d’appairage créé';
$string['event_profile_removed'] = 'Profil retiré';
$string['event_profile_set_up'] = 'Profil mis en place';
$string['event_site_paired'] = 'Site appairé';
$string['event_ticket_given'] = 'Passage vers Jouvence';
$string['event_token_rotated'] = 'Jeton renouvelé';
$string['jouvence:chooseuserdata'] = 'Choisir si les données des participants accompagnent un cours';
$string['jouvence:requestforothers'] = 'Demander les cours d’autres personnes';
$string['jouvence:use'] = 'Venir à Jouvence depuis ce site';
$string['jouvence:viewfleet'] = 'Voir les autres sites du parc';
$string['messageprovider:attention'] = 'Jouvence : à examiner';
$string['messageprovider:carried'] = 'Jouvence : un cours est arrivé';
$string['messageprovider:digest'] = 'Jouvence : plusieurs avis en un';
$string['messageprovider:failed'] = 'Jouvence : un cours n’a pas pu venir';
$string['messageprovider:partly'] = 'Jouvence : un cours est arrivé en partie';
$string['nav'] = 'Jouvence';
$string['pluginname'] = 'Jouvence';
$string['privacy:metadata:control'] = 'La plateforme de pilotage Jouvence à laquelle ce site est appairé lit des comptes et des cours, et transporte des cours vers d’autres sites. Ce qu’elle a lu est oublié dans la journée ; les demandes, avec le nom de la personne et du cours, sont gardées aussi longtemps que son exploitant l’a réglé ; les archives de cours jusqu’à l’arrivée du cours ou la fin de la demande.';
$string['privacy:metadata:control:account'] = 'Nom d’utilisateur, adresse de courriel, numéro d’identification, nom complet, méthode d’authentification, langue, premier accès et suspension des comptes recherchés ; pour ceux qui enseignent dans un cours demandé, aussi leurs rôles dans ce cours.';
$string['privacy:metadata:control:archive'] = 'Les sauvegardes de cours, avec l’activité des participants si cela a été demandé et autorisé.';
$string['privacy:metadata:control:courses'] = 'Les cours dans lesquels une personne a un rôle, et les noms de leurs enseignants.';
$string['privacy:metadata:core_files'] = 'Les sauvegardes de cours en route sont conservées jusqu’à leur retrait, un jour au plus.';
$string['privacy:metadata:entering'] = 'Quand une personne va à Jouvence depuis ce site, son identité lui est communiquée.';
$string['privacy:metadata:entering:id'] = 'Le numéro du compte sur ce site.';
$string['privacy:metadata:entering:language'] = 'La langue dans laquelle la personne utilise ce site.';
$string['privacy:metadata:entering:username'] = 'Le nom d’utilisateur sur ce site.';
$string['privacy:metadata:notices'] = 'Quels avis de Jouvence ont été envoyés à qui, gardés 30 jours pour qu’aucun ne parte deux fois ; leurs textes sont avec les notifications de Moodle.';
$string['privacy:metadata:notices:kind'] = 'De quel genre d’avis il s’agissait.';
$string['privacy:metadata:notices:timecreated'] = 'Quand il a été envoyé.';
$string['privacy:metadata:notices:userid'] = 'À qui il a été envoyé.';
$string['privacy:metadata:tasks'] = 'Sauvegardes et restaurations demandées par une plateforme de pilotage.';
$string['privacy:metadata:tasks:params'] = 'Ce qui a été demandé.';
$string['privacy:metadata:tasks:timecreated'] = 'Quand cela a été demandé.';
$string['privacy:metadata:tasks:userid'] = 'Le compte de service qui l’a demandé.';
$string['privacy:path'] = 'Jouvence';
$string['status_code'] = 'un code d’appairage est ouvert jusqu’à {$a}';
$string['status_control'] = 'une plateforme de pilotage sans pages';
$string['status_how'] = 'Les profils se mettent en place sur le serveur : <code>php local/jouvence/cli/setup.php --help</code>. Rien de ce qui est affiché ici n’ouvre le site.';
$string['status_missing'] = 'sans {$a} : relancez la mise en place';
$string['status_none'] = 'pas mis en place';
$string['status_notpaired'] = 'pas appairé';
$string['status_paired'] = 'appairé avec {$a->control}, jeton jusqu’au {$a->until}';
$string['status_setup'] = 'mis en place';
$string['status_unused'] = 'pas encore utilisé';
$string['status_used'] = 'dernière utilisation {$a}';
$string['task_cleanup'] = 'Effacer ce que personne n’est venu chercher (Jouvence)';
$string['task_run'] = 'Sauvegarde ou restauration pour Jouvence';
