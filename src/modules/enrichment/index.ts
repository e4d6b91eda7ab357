// `punctual/enrichment`: looks up companies and people with each workspace's own provider key.
export { enrichment, type EnrichmentOptions } from './module.js';
export { ENRICH_ACCOUNT, ENRICH_CONTACT } from './enrichment-jobs.js';
