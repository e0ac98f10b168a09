// How many run at once: the others wait in line, and a line that is as long as there are turns takes nobody more.

export interface Turn {
  end(): void;
}

interface Waiting {
  readonly begin: () => void;
  readonly leave: () => void;
}

export class Turns {
  readonly limit: number;
  private running = 0;
  private line: Waiting[] = [];
  private isClosed = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  take(signal: AbortSignal): Promise<Turn | 'busy' | 'cancelled'> {
    if (signal.aborted || this.isClosed) return Promise.resolve('cancelled');
    if (this.running < this.limit) return Promise.resolve(this.begin());
    if (this.line.length >= this.limit) return Promise.resolve('busy');
    return new Promise((resolve) => {
      const leave = (): void => {
        this.line = this.line.filter((each) => each !== waiting);
        signal.removeEventListener('abort', leave);
        resolve('cancelled');
      };
      const waiting: Waiting = {
        leave,
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.begin());
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.line.push(waiting);
    });
  }

  /** Nobody's turn comes any more. */
  close(): void {
    this.isClosed = true;
    for (const { leave } of this.line) leave();
  }

  private begin(): Turn {
    this.running += 1;
    let isOver = false;
    return {
      end: () => {
        if (isOver) return;
        isOver = true;
        this.running -= 1;
        this.line.shift()?.begin();
      },
    };
  }
}
