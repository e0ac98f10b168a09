// Web push on paper: what a browser decrypts is what was sent, for every text; and where a push may go.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encryptPush, MOST_PAYLOAD } from '../src/notify/push/encrypt.ts';
import { serviceOf } from '../src/notify/push/services.ts';

const browser = createECDH('prime256v1');
const p256dh = browser.generateKeys();
const auth = randomBytes(16);

function decrypt(body: Buffer): string {
  const salt = body.subarray(0, 16);
  const theirs = body.subarray(21, 86);
  const derive = (secret: Uint8Array, with_: Uint8Array, info: Uint8Array, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, with_, info, length));
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, theirs]);
  const keying = derive(browser.computeSecret(theirs), auth, info, 32);
  const key = derive(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = derive(keying, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const open = createDecipheriv('aes-128-gcm', key, nonce);
  open.setAuthTag(body.subarray(-16));
  const plain = Buffer.concat([open.update(body.subarray(86, -16)), open.final()]);
  return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
}

verifies(['H3'], 'what a browser decrypts is what was sent; its length is one of a few', () => {
  const lengths = new Set<number>();
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 1500 }), (text) => {
      const body = encryptPush(text, { p256dh, auth }, randomBytes(16));
      if (Buffer.byteLength(text) > MOST_PAYLOAD) {
        expect(body).toBeNull();
        return;
      }
      if (body === null) throw new Error('nothing was made');
      expect(decrypt(body)).toBe(text);
      expect(body.length).toBeLessThanOrEqual(4096);
      lengths.add(body.length);
    }),
  );
  expect(lengths.size).toBeLessThanOrEqual(8);
  const longest = encryptPush('x'.repeat(MOST_PAYLOAD), { p256dh, auth }, randomBytes(16));
  expect(longest?.length).toBe(4096);
});

test('keys that are none make nothing: another length, or a point that lies on no curve', () => {
  const salt = randomBytes(16);
  const off = Buffer.concat([Buffer.from([4]), Buffer.alloc(63, 7), Buffer.from([1])]);
  expect(encryptPush('x', { p256dh: off, auth }, salt)).toBeNull();
  expect(encryptPush('x', { p256dh: p256dh.subarray(1), auth }, salt)).toBeNull();
  expect(encryptPush('x', { p256dh, auth: auth.subarray(1) }, salt)).toBeNull();
  expect(encryptPush('x'.repeat(MOST_PAYLOAD + 1), { p256dh, auth }, salt)).toBeNull();
});

verifies(['H3', 'N4'], 'a push goes to the push services of browsers, and to those the configuration names', () => {
  const usual = [
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://wns2-par02p.notify.windows.com/w/?token=abc',
    'https://web.push.apple.com/abc',
  ];
  for (const endpoint of usual) expect(serviceOf(endpoint, []), endpoint).toBe('usual');
  const services = ['http://127.0.0.1:8080', 'https://push.home.example/up'];
  expect(serviceOf('http://127.0.0.1:8080/x', services)).toBe('own');
  expect(serviceOf('https://push.home.example/y', services)).toBe('own');
  for (const endpoint of [
    'http://127.0.0.1:8081/x',
    'https://push.home.example:444/y',
    'https://push.services.mozilla.com.evil.example/',
    'https://evilpush.apple.com/',
    'https://push.services.mozilla.com@evil.example/',
    'ftp://fcm.googleapis.com/',
    'x',
  ])
    expect(serviceOf(endpoint, services), endpoint).toBeNull();
});
