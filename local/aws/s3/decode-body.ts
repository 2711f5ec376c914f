import { AwsError } from '../aws-error.ts';
import { headerOf, type WireRequest } from '../wire/wire-protocol.ts';

/**
 * The object in a request's body. The SDKs send it in chunks of their own (`aws-chunked`), each headed by its length in
 * hexadecimal and, where they are signed, a signature; after the last one come trailers, such as a checksum.
 */
export function decodeBody(request: WireRequest): Buffer {
  const isChunked = headerOf(request, 'x-amz-content-sha256')?.startsWith('STREAMING-');
  if (!isChunked) return request.body;
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = request.body.indexOf('\r\n', at);
    const length = Number.parseInt(request.body.subarray(at, end).toString('latin1'), 16);
    if (end < 0 || Number.isNaN(length)) throw new AwsError('IncompleteBody', 'A chunk of the body has no length.');
    if (length === 0) break;
    chunks.push(request.body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  const whole = Buffer.concat(chunks);
  const expected = headerOf(request, 'x-amz-decoded-content-length');
  if (expected === undefined || whole.length === Number(expected)) return whole;
  throw new AwsError('IncompleteBody', `The body has ${whole.length} bytes, and ${expected} were announced.`);
}
