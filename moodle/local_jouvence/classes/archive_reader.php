<?php
// This file is part of Jouvence, https://www.gnu.org/licenses/gpl-3.0.html: GNU GPL version 3 or later.

namespace local_jouvence;

/**
 * Reads what Moodle's own restore does not tell of an archive that was taken apart. Streaming: question banks can be
 * larger than PHP's memory.
 *
 * @package    local_jouvence
 * @license    https://www.gnu.org/licenses/gpl-3.0.html GNU GPL v3 or later
 */
final class archive_reader {
    /** What Moodle writes for null. */
    private const NOTHING = '$@NULL@$';

    /** @var string directory */
    private $path;

    /**
     * @param string $path
     */
    public function __construct(string $path) {
        $this->path = $path;
    }

    /**
     * Each element of a name: its leaves by name, and its id.
     *
     * @param string $document
     * @param string $element
     * @return \Generator of array
     */
    public function records(string $document, string $element): \Generator {
        $record = null;
        $depth = 0;
        foreach ($this->elements($document) as [$name, $level, $text, $id]) {
            if ($name === $element && $text === null && ($record === null || $level <= $depth)) {
                if ($record !== null) {
                    yield $record;
                }
                $record = ['@id' => $id];
                $depth = $level;
            } else if ($record !== null && $level === $depth + 1 && $text !== null) {
                $record[$name] = $text === self::NOTHING ? '' : $text;
            }
        }
        if ($record !== null) {
            yield $record;
        }
    }

    /**
     * @param string $document
     * @param string $leaf
     * @return \Generator of string
     */
    public function texts(string $document, string $leaf): \Generator {
        foreach ($this->elements($document) as [$name, , $text]) {
            if ($name === $leaf && $text !== null) {
                yield $text === self::NOTHING ? '' : $text;
            }
        }
    }

    /**
     * How many people each enrolment method holds, by its id in the archive.
     *
     * @return array[] {string method, int people}
     */
    public function enrolment_methods(): array {
        $methods = [];
        foreach ($this->elements('course/enrolments.xml') as [$name, $level, $text]) {
            if ($name === 'enrol' && $level === 2 && $text === null) {
                $methods[] = ['method' => '', 'people' => 0];
            } else if ($name === 'enrol' && $level === 3 && $text !== null) {
                $methods[count($methods) - 1]['method'] = $text;
            } else if ($name === 'enrolment' && $text === null) {
                $methods[count($methods) - 1]['people']++;
            }
        }
        return $methods;
    }

    /**
     * @return string[] names of the blocks in it, each as often as it is there
     */
    public function blocks(): array {
        $names = [];
        foreach (['course/blocks/*', 'activities/*/blocks/*'] as $pattern) {
            foreach (glob("{$this->path}/{$pattern}", GLOB_ONLYDIR) ?: [] as $directory) {
                $names[] = preg_replace('/_\d+$/D', '', basename($directory));
            }
        }
        return $names;
    }

    /**
     * Every element as it ends: leaves with their text, others (as they begin) with null.
     *
     * @param string $document
     * @return \Generator of array {name, level, text or null, id or null}
     */
    private function elements(string $document): \Generator {
        $file = "{$this->path}/{$document}";
        if (!is_file($file) || filesize($file) === 0) {
            return;
        }
        $before = libxml_use_internal_errors(true);
        $reader = new \XMLReader();
        // Entities stay as they are: no archive may name a file of this machine.
        $reader->open($file, null, LIBXML_NONET | LIBXML_PARSEHUGE);
        try {
            // What may be a leaf: nothing but text has come since it began.
            $open = null;
            while ($reader->read()) {
                if ($reader->nodeType === \XMLReader::ELEMENT) {
                    if ($open) {
                        yield [$open[0], $open[1], null, $open[3]];
                    }
                    $open = [$reader->localName, $reader->depth, '', $reader->getAttribute('id')];
                    if ($reader->isEmptyElement) {
                        yield $open;
                        $open = null;
                    }
                } else if ($reader->nodeType === \XMLReader::END_ELEMENT) {
                    if ($open) {
                        yield $open;
                    }
                    $open = null;
                } else if ($open && $reader->hasValue) {
                    $open[2] .= $reader->value;
                }
            }
            if (libxml_get_last_error() && libxml_get_last_error()->level >= LIBXML_ERR_ERROR) {
                throw new error('invalid-parameter', "the archive is altered: {$document} is no XML");
            }
        } finally {
            $reader->close();
            libxml_clear_errors();
            libxml_use_internal_errors($before);
        }
    }
}
