import { type Count, none, type PoolDraft, plus, type UsageReader } from "./usage-reader.ts";

/** Input tokens as providers report them: `total` includes every other field, `cached` every other cached one. */
export type ReportedInput = {
  total: Count;
  cached?: Count;
  written?: Count;
  written1h?: Count;
  audio?: Count;
  audioCached?: Count;
  image?: Count;
  imageCached?: Count;
  video?: Count;
  videoCached?: Count;
};

/** Output tokens as providers report them: `total` includes audio, image and video, and reasoning unless outside. */
export type ReportedOutput = {
  total: Count;
  reasoning?: Count;
  reasoningOutside?: boolean;
  audio?: Count;
  image?: Count;
  video?: Count;
};

/**
 * Splits reported input tokens into disjoint pools that add up to `total`.
 *
 * Where cached tokens are not broken down by medium they are text as far as there is text; the remainder belongs to
 * the one other medium of the request, and with two of them cannot be told apart, which is an error.
 */
export function inputPools(usage: UsageReader, reported: ReportedInput): PoolDraft {
  const { total, cached = none, written = none, written1h = none } = reported;
  const { audio = none, image = none, video = none } = reported;
  const text = usage.rest(total, written, written1h, audio, image, video);
  const told = [reported.audioCached, reported.imageCached, reported.videoCached];
  const split = told.some((count) => count?.given)
    ? { audio: reported.audioCached, image: reported.imageCached, video: reported.videoCached }
    : overflow(usage, cached, text, { audio, image, video });
  const { audio: audioCached = none, image: imageCached = none, video: videoCached = none } = split;
  const textCached = usage.rest(cached, audioCached, imageCached, videoCached);
  return {
    input_tokens: usage.rest(text, textCached),
    // No provider prices cached video by itself: it is a cached token like those of text.
    cache_read_tokens: plus(textCached, videoCached),
    cache_write_tokens: written,
    cache_write_1h_tokens: written1h,
    audio_input_tokens: usage.rest(audio, audioCached),
    audio_input_cached_tokens: audioCached,
    image_input_tokens: usage.rest(image, imageCached),
    image_input_cached_tokens: imageCached,
    video_input_tokens: usage.rest(video, videoCached),
  };
}

/** Splits reported output tokens into disjoint pools that add up to `total` (plus reasoning, where outside). */
export function outputPools(usage: UsageReader, reported: ReportedOutput): PoolDraft {
  const { total, reasoning = none, audio = none, image = none, video = none } = reported;
  return {
    output_tokens: usage.rest(total, reported.reasoningOutside ? none : reasoning, audio, image, video),
    reasoning_tokens: reasoning,
    audio_output_tokens: audio,
    image_output_tokens: image,
    video_output_tokens: video,
  };
}

type Media = { audio?: Count | undefined; image?: Count | undefined; video?: Count | undefined };

/** Cached tokens beyond the request's text, as part of its only other medium. */
function overflow(usage: UsageReader, cached: Count, text: Count, media: Required<Media>): Media {
  const beyond = { ...cached, value: cached.value - text.value };
  if (beyond.value <= 0n) return {};
  const present = Object.values(media).filter((count) => count?.value);
  if (present.length !== 1) usage.fail(cached.field, `is more than what ${text.field} leaves for it`);
  if (media.audio?.value) return { audio: beyond };
  return media.image?.value ? { image: beyond } : { video: beyond };
}
