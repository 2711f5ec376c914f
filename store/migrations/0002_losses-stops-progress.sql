-- Up Migration

-- How often Spot, or a lack of memory, ended a try of this shard: its next tries run elsewhere, or larger.
alter table shards add column spot_losses integer not null default 0;
alter table shards add column memory_losses integer not null default 0;

-- Why we asked AWS to end an attempt although its run goes on: what AWS then calls cancelled is this.
alter table attempts add column ending_as text;

-- How far the work says it is.
alter table attempts add column progress json;
