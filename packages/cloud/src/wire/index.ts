/**
 * AWS's wire, once per protocol, driven by the schemas of the SDK's own clients. Synchronous and pure: bytes in,
 * a call out; an answer in, bytes out. No request, however broken, throws out of `decode`.
 */
export type { CallingEnvironment, DecodedCall, Protocol, WireFailure, WireRequest, WireResponse } from './call.ts';
export { createWire, type Wire, type WireOptions } from './wire.ts';
export { type ClientClass, describeService, type ServiceDescription } from './service-description.ts';
export type { RecordedModel } from './recorded-model.ts';
