-- Whose door the death of an instance is laid at (docs/adr/0006-crashes-are-proven.md).

-- Jobs of this claim whose start was written down before they ran; without any it stays null and costs nothing.
ALTER TABLE {schema}.job_claims ADD COLUMN begun uuid[];

-- True once an instance died after the start of this job had been written down. Until then its crashes are suspicion.
ALTER TABLE {schema}.jobs ADD COLUMN crash_proven boolean;

-- True when this life ended and its process lived on (the database went away): what it held is innocent.
ALTER TABLE {schema}.scheduler_instances ADD COLUMN survived boolean;
