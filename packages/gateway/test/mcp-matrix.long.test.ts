// Every kind of use, between clients and servers of both eras, over both ways in. The servers are real processes.

import { honestMcp } from '@castellan/testkit';
import type { Client } from '@modelcontextprotocol/client';
import { describe, expect, test, vi } from 'vitest';
import { connected, type Harness, harness, type Way } from './support/mcp-endpoint.ts';

const ERAS = ['legacy', 'modern'] as const;
const WAYS: readonly Way[] = ['socket', 'http'];
const CELLS = WAYS.flatMap((way) => ERAS.flatMap((client) => ERAS.map((server) => [way, client, server] as const)));
/** As long as the machine needs; nobody waits for it where all is well. */
const WAIT = 60_000;
const CAPABILITIES = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };

const firstText = (result: unknown): string => {
  const { content } = result as { content: readonly { text: string }[] };
  return content[0]?.text ?? '';
};

describe.each(CELLS)('over %s: a %s client and a %s server', (way, era, server) => {
  const ready = async (
    prepare?: (client: Client) => void,
  ): Promise<{ h: Harness; client: Client } & AsyncDisposable> => {
    const h = await harness();
    await h.add('honest', honestMcp({ era: server }));
    const client = await connected(h, era, way, { capabilities: CAPABILITIES, ...(prepare && { prepare }) });
    return {
      h,
      client,
      [Symbol.asyncDispose]: async () => {
        await client.close();
        await h[Symbol.asyncDispose]();
      },
    };
  };

  test('tools are listed by module and called, structured or not', async () => {
    await using made = await ready();
    const { client, h } = made;
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('honest__echo');
    expect(tools.find(({ name }) => name === 'honest__add')?.title).toBe('HONEST: add');
    expect(h.started).toEqual([]);
    expect(firstText(await client.callTool({ name: 'honest__echo', arguments: { text: 'hello' } }))).toBe('hello');
    const sum = await client.callTool({ name: 'honest__add', arguments: { a: 2, b: 3 } });
    expect(sum.structuredContent).toEqual({ sum: 5 });
    expect(h.attempts.map(({ tool, arguments: given }) => [tool, given])).toEqual([
      ['echo', { text: 'hello' }],
      ['add', { a: 2, b: 3 }],
    ]);
    expect(h.outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  test('progress comes under the token of the client', async () => {
    await using made = await ready();
    const seen: number[] = [];
    await made.client.callTool(
      { name: 'honest__count', arguments: { to: 3 } },
      { onprogress: ({ progress }) => void seen.push(progress) },
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  test('a cancelled call is cancelled at the server', async () => {
    await using made = await ready();
    const { client, h } = made;
    const cancel = new AbortController();
    const call = client.callTool({ name: 'honest__slow', arguments: { ms: 60_000 } }, { signal: cancel.signal });
    await vi.waitFor(() => expect(h.asked.at(-1)).toBe('tools/call'), WAIT);
    cancel.abort();
    await expect(call).rejects.toThrow();
    await vi.waitFor(() => expect(h.outcomes.at(-1)?.status).toBe('interrupted'), WAIT);
    await vi.waitFor(async () => {
      expect(firstText(await client.callTool({ name: 'honest__last-cancelled', arguments: {} }))).toBe('1');
    }, WAIT);
  });

  test('a server asks the person: decided first, named, answered', async () => {
    const asked: string[] = [];
    await using made = await ready((client) => {
      client.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params.message);
        return { action: 'accept', content: { answer: 'blue' } };
      });
    });
    const result = await made.client.callTool({ name: 'honest__ask', arguments: { question: 'Which colour?' } });
    expect(firstText(result)).toContain('blue');
    expect(asked).toEqual(['[HONEST (honest)] Which colour?']);
    expect(made.h.attempts.map(({ tool }) => tool)).toEqual(['ask', 'mcp:elicitation']);
    expect(made.h.outcomes.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  });

  test('a server asks the model and for folders', async () => {
    await using made = await ready((client) => {
      client.setRequestHandler('sampling/createMessage', () => ({
        model: 'scripted',
        role: 'assistant',
        content: { type: 'text', text: 'forty-two' },
      }));
      client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///work', name: 'work' }] }));
    });
    const thought = await made.client.callTool({ name: 'honest__think', arguments: { prompt: 'six times seven' } });
    expect(firstText(thought)).toContain('forty-two');
    expect(firstText(await made.client.callTool({ name: 'honest__roots', arguments: {} }))).toContain('file:///work');
    expect(made.h.attempts.map(({ tool }) => tool)).toEqual(['think', 'mcp:sampling', 'roots', 'mcp:roots']);
    expect(made.h.attempts[1]?.arguments).toMatchObject({ maxTokens: 100 });
  });

  test('resources, templates, prompts and completion', async () => {
    await using made = await ready();
    const { client, h } = made;
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual(['note://one', 'note://two']);
    expect((await client.listResourceTemplates()).resourceTemplates).toHaveLength(1);
    expect((await client.readResource({ uri: 'note://one' })).contents[0]).toMatchObject({ text: 'the first note' });
    expect((await client.readResource({ uri: 'note://three' })).contents[0]).toMatchObject({ uri: 'note://three' });
    expect((await client.listPrompts()).prompts[0]?.name).toBe('honest__greet');
    const prompt = await client.getPrompt({ name: 'honest__greet', arguments: { who: 'Ada' } });
    expect(prompt.messages[0]?.content).toMatchObject({ text: 'Greet Ada' });
    const completed = await client.complete({
      ref: { type: 'ref/prompt', name: 'honest__greet' },
      argument: { name: 'language', value: 'e' },
    });
    expect(completed.completion.values).toEqual(['english', 'estonian']);
    expect(h.attempts.map(({ tool, arguments: given }) => [tool, given])).toEqual([
      ['mcp:read-resource', { uri: 'note://one' }],
      ['mcp:read-resource', { uri: 'note://three' }],
      ['mcp:get-prompt', { name: 'greet', arguments: { who: 'Ada' } }],
      ['mcp:complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'language', value: 'e' } }],
    ]);
  });

  test('a watched resource and a changed list are told', async () => {
    const told: string[] = [];
    await using made = await ready((client) => {
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => void told.push(params.uri));
      client.setNotificationHandler('notifications/tools/list_changed', () => void told.push('tools'));
    });
    const { client, h } = made;
    await client.listTools();
    if (era === 'legacy') await client.subscribeResource({ uri: 'note://one' });
    else {
      const stream = await client.listen({
        resourceSubscriptions: ['note://one', 'note://nowhere/x'],
        toolsListChanged: true,
      });
      expect(stream.honoredFilter.resourceSubscriptions).toEqual(['note://one']);
    }
    expect(h.attempts.map(({ tool, arguments: given }) => [tool, given])).toEqual([
      ['mcp:subscribe', { uri: 'note://one' }],
    ]);
    await client.callTool({ name: 'honest__touch', arguments: { uri: 'note://one' } });
    await vi.waitFor(() => expect(told).toEqual(['note://one']), WAIT);
    const before = h.modules.get('honest');
    if (before === undefined) throw new Error('no module');
    h.modules.set('honest', { ...before, offered: before.offered.filter(({ name }) => name !== 'echo') });
    h.changed('honest');
    await vi.waitFor(() => expect(told).toEqual(['note://one', 'tools']), WAIT);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('honest__echo');
  });

  test('a log message of a server comes to who wants it', async () => {
    const logged: unknown[] = [];
    await using made = await ready((client) => {
      client.setNotificationHandler(
        'notifications/message',
        ({ params }) => void logged.push([params.logger, params.data]),
      );
    });
    const level = { _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } };
    const meta = era === 'modern' ? level : {};
    await made.client.callTool({ name: 'honest__log', arguments: { text: 'what happened' }, ...meta });
    await vi.waitFor(() => expect(logged).toEqual([['honest', 'what happened']]), WAIT);
  });
});
