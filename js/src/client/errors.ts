/** A command failed in the worker, or never got there. Never repeated by the client. */
export class CommandError extends Error {
  /**
   * @param code name of the error's class in the worker, e.g. `CycleError`; `ConnectionLost` when the
   *   connection broke before the reply came (the worker may have done it), `NotConnected` when it was never sent
   * @param message one line for a person
   * @param traceback of the user's function, if one failed
   */
  constructor(
    readonly code: string,
    message: string,
    readonly traceback?: string,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}
