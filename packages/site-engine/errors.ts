import type { ProtocolErrorCode } from '@jouvence/protocol';

/** `configuration`: the engine cannot open; `unauthorized`: the door's key is missing or wrong. */
export type EngineErrorCode = ProtocolErrorCode | 'configuration' | 'unauthorized';

/** An error of the engine's own; over REST it becomes the agent's exception, at the door an HTTP status. */
export class EngineError extends Error {
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** An exception of Moodle's core, which its own errorcode and text name exactly as Moodle does. */
export class MoodleError extends Error {
  readonly exception: string;
  readonly errorcode: string;
  readonly debuginfo: string | undefined;

  /** `exception`: class name without namespace; since Moodle 4.5 most live in `core\exception`, see `wireError`. */
  constructor(exception: string, errorcode: string, message: string, debuginfo?: string) {
    super(message);
    this.name = 'MoodleError';
    this.exception = exception;
    this.errorcode = errorcode;
    this.debuginfo = debuginfo;
  }
}
