// Buckets of local time through changes of the clock: none is lost, none comes twice, and each begins where people expect it.
import { describe, expect, it } from '@jest/globals';
import { localBuckets, localTime, runtimeZones } from '../../../../src/scheduler/schedule/index.js';

const HOUR = 3_600_000;

function starts(timezone: string, from: string, hours: number, bucketHours: number): string[] {
  const zone = runtimeZones.of(timezone);
  const fromMs = Date.parse(from);
  const edges = localBuckets(zone, { fromMs, untilMs: fromMs + hours * HOUR, bucketMs: bucketHours * HOUR });
  expect(edges).toEqual([...new Set(edges)].sort((a, b) => a - b));
  return edges.map((ms) => localTime(timezone, ms).local.slice(5, 16));
}

describe('buckets of local time', () => {
  it('begin with the hour that has begun', () => {
    expect(starts('Asia/Kathmandu', '2026-03-10T08:00:00Z', 2, 1)).toEqual([
      '03-10T13:00',
      '03-10T14:00',
      '03-10T15:00',
    ]);
  });

  it('pass over the hour that a spring night leaves out, and have the one of an autumn night twice', () => {
    expect(starts('America/New_York', '2026-03-08T05:30:00Z', 3, 1)).toEqual([
      ...['03-08T00:00', '03-08T01:00', '03-08T03:00', '03-08T04:00'],
    ]);
    expect(starts('America/New_York', '2026-11-01T04:30:00Z', 3, 1)).toEqual([
      ...['11-01T00:00', '11-01T01:00', '11-01T01:00', '11-01T02:00'],
    ]);
  });

  it('stay at full hours where the clock moves by half of one', () => {
    expect(starts('Australia/Lord_Howe', '2026-10-03T14:30:00Z', 3, 1)).toEqual([
      ...['10-04T01:00', '10-04T02:30', '10-04T03:00', '10-04T04:00'],
    ]);
    expect(starts('Australia/Lord_Howe', '2026-04-04T14:30:00Z', 2, 1)).toEqual([
      ...['04-05T01:00', '04-05T01:30', '04-05T02:00'],
    ]);
  });

  it('are whole local days, however long', () => {
    expect(starts('Europe/Berlin', '2026-03-28T11:00:00Z', 72, 24)).toEqual([
      ...['03-28T00:00', '03-29T00:00', '03-30T00:00', '03-31T00:00'],
    ]);
    expect(starts('Europe/Berlin', '2026-10-25T21:00:00Z', 24, 24)).toEqual(['10-25T00:00', '10-26T00:00']);
  });

  it('of several hours begin where they would without the change', () => {
    expect(starts('Europe/Berlin', '2026-03-29T03:30:00Z', 12, 6)).toEqual([
      ...['03-29T00:00', '03-29T06:00', '03-29T12:00'],
    ]);
    expect(starts('Europe/Berlin', '2026-10-25T03:30:00Z', 12, 6)).toEqual([
      ...['10-25T00:00', '10-25T06:00', '10-25T12:00'],
    ]);
  });

  it('pass over a day that a zone left out', () => {
    expect(starts('Pacific/Apia', '2011-12-29T12:00:00Z', 48, 24)).toEqual([
      ...['12-29T00:00', '12-31T00:00', '01-01T00:00'],
    ]);
  });
});
