/** How a connection ended. `lost`: it is being healed; `gone`: the other end is not there, ask again with `reconnect`. */
export type Break = 'lost' | 'gone';

export interface TransportListener {
  received(data: string | ArrayBuffer): void;
  broken(how: Break): void;
}

/** A line that carries frames and heals itself. Nothing is kept for later: what cannot be sent now is refused. */
export interface Transport {
  /** Connects, and goes on connecting until closed. Called once. */
  open(listener: TransportListener): void;
  /** False when there is no connection now. */
  send(text: string): boolean;
  /** Connects anew at once, whatever the state. */
  reconnect(): void;
  /** Gives this connection up and tries again after a while. */
  retryLater(): void;
  close(): void;
}
