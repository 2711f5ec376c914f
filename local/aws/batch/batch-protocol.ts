import { parseJson, writeJson, writeJsonError } from '../wire/json-protocol.ts';
import type { WireProtocol } from '../wire/wire-protocol.ts';

/** Batch's REST-JSON: the path is the operation's name in lower case, but for tags, which are paths of their own. */
export function createBatchProtocol(operations: string[]): WireProtocol {
  const paths = new Map(operations.map((name) => [`/v1/${name.toLowerCase()}`, name]));
  return {
    read(request) {
      const called = calledByPath(request, paths);
      if (!called) return undefined;
      const { operation, fromPath } = called;
      const bodyBytes = request.body.length;
      return { service: 'batch', operation, request: { ...parseJson(request), ...fromPath }, bodyBytes };
    },
    writeAnswer: (response, answer) => writeJson(response, 200, answer),
    writeError: writeJsonError,
  };
}

function calledByPath({ method, url }: { method: string; url: URL }, paths: ReadonlyMap<string, string>) {
  const operation = method === 'POST' ? paths.get(url.pathname) : undefined;
  if (operation !== undefined) return { operation, fromPath: {} };
  if (!url.pathname.startsWith('/v1/tags/')) return undefined;
  const tagging = { GET: 'ListTagsForResource', POST: 'TagResource', DELETE: 'UntagResource' }[method];
  if (tagging === undefined) return undefined;
  const resourceArn = decodeURIComponent(url.pathname.slice('/v1/tags/'.length));
  return { operation: tagging, fromPath: { resourceArn, ...tagKeysOf(url) } };
}

function tagKeysOf(url: URL): { tagKeys?: string[] } {
  return url.searchParams.has('tagKeys') ? { tagKeys: url.searchParams.getAll('tagKeys') } : {};
}
