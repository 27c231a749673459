import type { components } from '../api/schema';

/** In fractions of the picture's width and height, from the top left. */
export type Box = components['schemas']['BoxView'];

/** What a source says of an event. Detectors say the following; other systems say what they like. */
export type EventData = components['schemas']['EventData'];

/** `endedAt` is null while it lasts; `box` is in the picture that goes with the event. */
export type EventEntry = components['schemas']['EventView'];

/** How a detector of a camera does. */
export type Standing = components['schemas']['StandingView'];

/** A frame as a detector saw it. */
export type DebugFrame = components['schemas']['DebugFrame'];

/** A model that a detector of objects can use. */
export type Model = components['schemas']['ModelView'];

/** A model that Vigil knows where to get. */
export type KnownModel = components['schemas']['KnownView'];
