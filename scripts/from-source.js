import { register } from 'node:module';

// For processes that were started without `--conditions=nightshift-source`: whoever imports `nightshift` gets the source.
register('./source-condition.js', import.meta.url);
