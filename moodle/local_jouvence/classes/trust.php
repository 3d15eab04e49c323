<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * The key pair by which this site says who is signed in to it. Ed25519 where PHP has sodium, else RSA of 3072 bits. The
 * private half stays here, encrypted by Moodle's own key file where Moodle has one (3.11 and later).
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class trust {
    /** A ticket opens a session of the control plane within this time (seconds); `exp` in its claims. */
    private const TICKET_SECONDS = 60;

    /** SubjectPublicKeyInfo of Ed25519 up to the 32 bytes of the key (RFC 8410). */
    private const ED25519_HEAD = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

    /**
     * @return array {kid, alg, publickey}
     */
    public static function public_key(): array {
        $public = get_config('local_jouvence', 'trustpublic');
        if (!$public) {
            throw new error('not-found', 'this site has no key yet: run php local/jouvence/cli/setup.php --help');
        }
        return json_decode($public, true);
    }

    /**
     * Makes the key pair where there is none, or where the private half can no longer be read (a copy of the database
     * with another site's key file).
     *
     * @return bool whether it is a new one
     */
    public static function ensure(): bool {
        if (get_config('local_jouvence', 'trustpublic') && self::private_key() !== null) {
            return false;
        }
        [$alg, $der, $private] = function_exists('sodium_crypto_sign_keypair') ? self::make_ed25519() : self::make_rsa();
        $public = [
            'kid' => substr(self::base64url(hash('sha256', $der, true)), 0, 24),
            'alg' => $alg,
            'publickey' => "-----BEGIN PUBLIC KEY-----\n" . chunk_split(base64_encode($der), 64, "\n") .
                "-----END PUBLIC KEY-----\n",
        ];
        $kept = class_exists(\core\encryption::class) ? \core\encryption::encrypt($private) : 'plain:' . $private;
        set_config('trustprivate', $kept, 'local_jouvence');
        set_config('trustpublic', json_encode($public), 'local_jouvence');
        return true;
    }

    /**
     * Says that an account is signed in here, to one control plane, once, for a minute.
     *
     * @param \stdClass $user
     * @param string $aud address of the control plane
     * @param string $state what it gave the browser
     * @return string a compact JWS
     */
    public static function ticket(\stdClass $user, string $aud, string $state): string {
        $key = self::public_key();
        $now = time();
        $head = ['typ' => 'jouvence-ticket', 'alg' => $key['alg'], 'kid' => $key['kid']];
        $claims = [
            'iss' => site::identifier(),
            'aud' => $aud,
            'sub' => (string) $user->id,
            'username' => $user->username,
            'lang' => current_language(),
            'state' => $state,
            'iat' => $now,
            'exp' => $now + self::TICKET_SECONDS,
            'jti' => self::base64url(random_bytes(18)),
        ];
        $flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;
        $signed = self::base64url(json_encode($head, $flags)) . '.' . self::base64url(json_encode($claims, $flags));
        return $signed . '.' . self::base64url(self::sign($signed, $key['alg']));
    }

    /**
     * @param string $text
     * @param string $alg
     * @return string
     */
    private static function sign(string $text, string $alg): string {
        $private = self::private_key();
        if ($private === null) {
            throw new error('site-error', 'the key of this site cannot be read: run cli/setup.php again, then have the ' .
                'control plane check this site');
        }
        if ($alg === 'EdDSA') {
            return sodium_crypto_sign_detached($text, base64_decode($private));
        }
        openssl_sign($text, $signature, $private, OPENSSL_ALGO_SHA256);
        return $signature;
    }

    /**
     * @return string|null null where it is missing or cannot be read
     */
    private static function private_key(): ?string {
        $kept = (string) get_config('local_jouvence', 'trustprivate');
        if ($kept === '') {
            return null;
        }
        if (strpos($kept, 'plain:') === 0) {
            return substr($kept, strlen('plain:'));
        }
        try {
            return \core\encryption::decrypt($kept) ?: null;
        } catch (\Exception $e) {
            return null;
        }
    }

    /**
     * @return array [alg, SubjectPublicKeyInfo, private key as text]
     */
    private static function make_ed25519(): array {
        $pair = sodium_crypto_sign_keypair();
        return [
            'EdDSA',
            self::ED25519_HEAD . sodium_crypto_sign_publickey($pair),
            base64_encode(sodium_crypto_sign_secretkey($pair)),
        ];
    }

    /**
     * @return array [alg, SubjectPublicKeyInfo, private key as text]
     */
    private static function make_rsa(): array {
        $key = openssl_pkey_new(['private_key_bits' => 3072, 'private_key_type' => OPENSSL_KEYTYPE_RSA]);
        if (!$key || !openssl_pkey_export($key, $private)) {
            throw new error('site-error', 'PHP on this site makes no keys: switch its extension sodium on, or give ' .
                'openssl a readable openssl.cnf');
        }
        $pem = openssl_pkey_get_details($key)['key'];
        return ['RS256', base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $pem)), $private];
    }

    /**
     * @param string $bytes
     * @return string
     */
    private static function base64url(string $bytes): string {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
