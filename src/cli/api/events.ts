// Server-sent events, read from the body of a reply (https://html.spec.whatwg.org/multipage/server-sent-events.html).
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
}

/** Ends with the stream, and when the connection is lost or the signal aborts; the reader knows which event must be the last. */
export async function* readEvents(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const bytes of body) {
      const blocks = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event !== null) yield event;
      }
    }
  } catch (error) {
    if (!signal.aborted && !isLost(error)) throw error;
  }
}

const isLost = (error: unknown): boolean => error instanceof TypeError;

/** Pure. Null for a block of comments. */
function parseEvent(block: string): ServerEvent | null {
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^([a-z]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') type = value;
    if (field === 'data') data.push(value);
  }
  return data.length === 0 ? null : { type, data: data.join('\n') };
}
