/**
 * A canvas that shows a finished picture. It is drawn out of sight and handed over whole: a canvas with a drawing context
 * of its own would be copied again for every frame of the page where no graphics card does it, 30 ms for each tap.
 *
 * @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context
 */

/**
 * Begin a picture.
 * @param {HTMLCanvasElement} canvas that will show it
 * @param {number} width @param {number} height in device pixels
 * @param {{alpha?: boolean, inTurns?: boolean}} [how] whether it lets through what lies under it; drawn bit by bit
 * @returns {{context: Context | null, show: () => void}} `show` when it is drawn
 */
export function picture(canvas, width, height, { alpha = true, inTurns = false } = {}) {
  canvas.width = width;
  canvas.height = height;
  const how = { alpha, willReadFrequently: inTurns };
  if (typeof OffscreenCanvas !== "function") {
    return { context: /** @type {Context | null} */ (canvas.getContext("2d", how)), show: () => {} };
  }
  const easel = new OffscreenCanvas(width, height);
  const show = () => canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(easel.transferToImageBitmap());
  return { context: easel.getContext("2d", how), show };
}

/** Take a picture away; its memory is free at once, not when somebody looks for what is no longer used. @param {HTMLElement} canvas */
export function discard(canvas) {
  canvas.remove();
  if (canvas instanceof HTMLCanvasElement) canvas.width = canvas.height = 0;
}
