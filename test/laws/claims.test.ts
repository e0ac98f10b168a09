// The claims gate can fail, and the rows are whole.
import { expect, test } from 'vitest';
import { claimsReport, parseCitations, unprovenOf } from '../../tools/lib/claims-report.ts';
import { CLAIMS, type Claim, isClaimId } from '../claims/claims.ts';

const row = (id: Claim['id'], status: Claim['status']): Claim => ({ id, source: 'X', text: 'a promise', status });

test('every row has a text, and the rows asked for are some but not all', () => {
  expect(CLAIMS.length).toBeGreaterThan(100);
  expect(CLAIMS.filter((claim) => claim.text.length < 20)).toEqual([]);
  const now = CLAIMS.filter((claim) => claim.status === 'now').length;
  expect(now).toBeGreaterThan(0);
  expect(now).toBeLessThan(CLAIMS.length);
});

test('a row that no executed scenario cites is unproven', () => {
  const claims = [row('L1', 'now'), row('L2', 'now'), row('L7', 'later')];
  const cited = parseCitations('L1\ta byte is named\nL7\tearly\n\nnonsense\n');
  expect(unprovenOf(claims, cited).map(({ id }) => id)).toEqual(['L2']);
  expect(claimsReport(claims, cited, 'x')[0]).toBe(
    'claims by x: 1 proven, 1 unproven, 1 later (1 of them shown already)',
  );
  expect(unprovenOf(claims, parseCitations('')).length).toBe(2);
});

test('a row that does not exist is no claim', () => {
  expect(isClaimId('L1')).toBe(true);
  for (const id of ['L99', 'l1', '', 'toString', '__proto__']) expect(isClaimId(id), id).toBe(false);
});
