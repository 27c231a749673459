import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  Paper,
  Stack,
  Table,
  TagsInput,
  Text,
  TextInput,
  Tooltip,
  UnstyledButton,
} from '@mantine/core';
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconEyeOff,
  IconLine,
  IconPencil,
  IconPlus,
  IconPolygon,
  IconTrash,
} from '@tabler/icons-react';
import {
  useRef,
  useState,
  type Dispatch,
  type KeyboardEvent,
  type PointerEvent as ReactPointerEvent,
  type ReactNode,
} from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../common';
import { Callout } from '../admin/Callout';
import classes from './ZoneEditor.module.css';
import { area, crossesItself, isLine, point, START_LINE, type Drawing, type Point, type Shape, type Step } from './zones';

interface ZoneEditorProps {
  /** The live picture, filling its box. */
  picture: ReactNode;
  /** Width by height of the picture. */
  aspect: number;
  drawing: Drawing;
  dispatch: Dispatch<Step>;
  /** Labels that installed detectors can tell; others may be typed. */
  knownLabels: readonly string[];
  /** What the server said of a shape, by its key. */
  complaints?: ReadonlyMap<string, string>;
}

const STEP = 0.01;
const LEAP = 0.1;
const HAIR = 0.001;

/** Polygons over a live picture, and the same numbers in a table: what one does, the other shows. */
export function ZoneEditor({ picture, aspect, drawing, dispatch, knownLabels, complaints }: ZoneEditorProps) {
  const { decimal } = useFormat();
  const { t } = useTranslation('cameras');
  const [chosen, setChosen] = useState<string | null>(drawing.shapes[0]?.key ?? null);
  const [pending, setPending] = useState<Point[] | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  const selected = drawing.shapes.find((shape) => shape.key === chosen) ?? null;

  const titles = titlesOf(drawing.shapes, t);

  const at = (event: { clientX: number; clientY: number }): Point => {
    const box = stage.current?.getBoundingClientRect();
    return box && box.width > 0
      ? point((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
      : [0, 0];
  };

  const add = (kind: Shape['kind'], polygon?: readonly Point[]) => {
    const names = new Set(drawing.shapes.map((shape) => shape.name));
    let n = 1;
    const newName = polygon === undefined ? 'zones.newName' : 'zones.newLine';
    while (names.has(t(newName, { n }))) {
      n++;
    }
    setPending(null);
    setChosen(`n${drawing.next}`);
    dispatch({ type: 'add', kind, name: kind === 'zone' ? t(newName, { n }) : '', polygon });
  };

  const needed = selected && isLine(selected) ? 2 : 3;
  const finish = (corners: readonly Point[] | null = pending) => {
    if (selected && corners && corners.length >= needed) {
      dispatch({ type: 'add', kind: selected.kind, name: selected.name, polygon: corners });
      dispatch({ type: 'remove', key: selected.key });
      dispatch({
        type: 'change',
        key: `n${drawing.next}`,
        part: { labels: selected.labels, minArea: selected.minArea, loiterSeconds: selected.loiterSeconds },
      });
      setChosen(`n${drawing.next}`);
    }
    setPending(null);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === 'z' || key === 'y')) {
      // Inside a field the browser's own undo is meant.
      if (event.target instanceof HTMLInputElement) {
        return;
      }
      event.preventDefault();
      dispatch({ type: key === 'y' || event.shiftKey ? 'redo' : 'undo' });
    } else if (pending !== null && event.key === 'Escape') {
      event.preventDefault();
      setPending(null);
    } else if (pending !== null && event.key === 'Enter' && event.target === stage.current) {
      event.preventDefault();
      finish();
    }
  };

  return (
    <div className={classes.editor} onKeyDown={onKeyDown}>
      <Stack gap="xs" className={classes.left}>
        <Group gap="xs">
          <Button size="xs" leftSection={<IconPolygon size={16} aria-hidden />} onClick={() => add('zone')}>
            {t('zones.addZone')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconLine size={16} aria-hidden />}
            onClick={() => add('zone', START_LINE)}
          >
            {t('zones.addLine')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconEyeOff size={16} aria-hidden />}
            onClick={() => add('mask')}
          >
            {t('zones.addMask')}
          </Button>
          <Group gap={4} ml="auto">
            <Tooltip label={t('zones.undo')}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t('zones.undo')}
                disabled={drawing.past.length === 0}
                onClick={() => dispatch({ type: 'undo' })}
              >
                <IconArrowBackUp size={18} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t('zones.redo')}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t('zones.redo')}
                disabled={drawing.future.length === 0}
                onClick={() => dispatch({ type: 'redo' })}
              >
                <IconArrowForwardUp size={18} />
              </ActionIcon>
            </Tooltip>
          </Group>
        </Group>

        <div
          ref={stage}
          className={classes.stage}
          style={{ aspectRatio: aspect }}
          data-drawing={pending !== null || undefined}
          role="group"
          aria-label={t('zones.picture')}
          tabIndex={pending === null ? undefined : 0}
        >
          <div className={classes.picture}>{picture}</div>
          <svg
            className={classes.shapes}
            viewBox="0 0 1 1"
            preserveAspectRatio="none"
            aria-hidden
            onClick={(event) => {
              if (pending !== null) {
                const corners = [...pending, at(event)];
                if (needed === 2 && corners.length === 2) {
                  finish(corners);
                } else {
                  setPending(corners);
                }
                stage.current?.focus();
              }
            }}
          >
            <defs>
              <pattern id="vigil-mask" width="0.02" height="0.02" patternUnits="userSpaceOnUse">
                <path d="M0 0.02L0.02 0" stroke="currentColor" strokeWidth="0.003" />
              </pattern>
            </defs>
            {drawing.shapes.map((shape) => (
              <Polygon
                key={shape.key}
                shape={shape}
                chosen={shape === selected}
                still={pending !== null}
                at={at}
                onChoose={() => setChosen(shape.key)}
                dispatch={dispatch}
              />
            ))}
            {pending && (
              <polyline className={classes.pending} points={pending.map((p) => p.join()).join(' ')} />
            )}
          </svg>
          {pending?.map(([x, y], i) => (
            <span key={i} className={classes.dot} style={{ left: `${x * 100}%`, top: `${y * 100}%` }} />
          ))}
          {pending === null && selected && (
            <Handles shape={selected} title={titles.get(selected.key) ?? ''} at={at} dispatch={dispatch} />
          )}
        </div>

        {pending !== null ? (
          <Group gap="xs">
            <Text size="sm" style={{ flex: 1 }} role="status">
              {t('zones.drawHint', { count: pending.length })}
            </Text>
            <Button size="xs" disabled={pending.length < needed} onClick={() => finish()}>
              {t('zones.finish')}
            </Button>
            <Button size="xs" variant="default" onClick={() => setPending(null)}>
              {t('common:cancel')}
            </Button>
          </Group>
        ) : (
          <Text size="xs" c="dimmed">
            {t('zones.hint')}
          </Text>
        )}
      </Stack>

      <Stack gap="sm" className={classes.right}>
        {drawing.shapes.length === 0 ? (
          <Paper withBorder p="md">
            <Text size="sm">{t('zones.none')}</Text>
          </Paper>
        ) : (
          <Stack gap={4} role="group" aria-label={t('zones.list')}>
            {drawing.shapes.map((shape) => (
              <UnstyledButton
                key={shape.key}
                className={classes.item}
                data-kind={shape.kind}
                aria-pressed={shape === selected}
                onClick={() => {
                  setPending(null);
                  setChosen(shape.key);
                }}
              >
                {isLine(shape) ? (
                  <IconLine size={18} aria-hidden />
                ) : shape.kind === 'zone' ? (
                  <IconPolygon size={18} aria-hidden />
                ) : (
                  <IconEyeOff size={18} aria-hidden />
                )}
                <span className={classes.itemName}>{titles.get(shape.key)}</span>
                {complaints?.has(shape.key) && <Text size="xs">{t('zones.wrong')}</Text>}
                <Text size="xs" className={classes.quiet} component="span">
                  {isLine(shape) ? t('zones.line') : t('zones.share', { value: area(shape.polygon) })}
                </Text>
              </UnstyledButton>
            ))}
          </Stack>
        )}

        {selected && (
          <Paper withBorder p="md" key={selected.key}>
            <Stack gap="sm">
              {complaints?.has(selected.key) && (
                <Callout tone="bad" role="alert" icon={<IconAlertTriangle />}>
                  {complaints.get(selected.key)}
                </Callout>
              )}
              {crossesItself(selected.polygon) && (
                <Callout tone="warn" role="status" icon={<IconAlertTriangle />}>
                  {t('zones.crosses')}
                </Callout>
              )}
              {selected.kind === 'zone' ? (
                <>
                  <TextInput
                    label={t('zones.name')}
                    value={selected.name}
                    maxLength={100}
                    error={selected.name.trim() === '' ? t('zones.nameNeeded') : undefined}
                    onChange={(event) =>
                      dispatch({ type: 'change', key: selected.key, part: { name: event.currentTarget.value } })
                    }
                  />
                  <TagsInput
                    label={t('zones.labels')}
                    description={t('zones.labelsHint')}
                    data={[...knownLabels]}
                    value={[...selected.labels]}
                    onChange={(labels) => dispatch({ type: 'change', key: selected.key, part: { labels } })}
                  />
                  <NumberInput
                    label={t('zones.minArea')}
                    description={t('zones.minAreaHint')}
                    value={selected.minArea ?? ''}
                    min={0}
                    max={1}
                    step={0.001}
                    decimalScale={4}
                    decimalSeparator={decimal}
                    valueIsNumericString
                    onChange={(value) =>
                      dispatch({
                        type: 'change',
                        key: selected.key,
                        part: { minArea: typeof value === 'number' ? value : null },
                      })
                    }
                  />
                  {isLine(selected) ? (
                    <Text size="sm">{t('zones.lineHint')}</Text>
                  ) : (
                    <NumberInput
                      label={t('zones.loiter')}
                      description={t('zones.loiterHint')}
                      value={selected.loiterSeconds ?? ''}
                      min={0}
                      max={3600}
                      suffix=" s"
                      decimalScale={1}
                      decimalSeparator={decimal}
                      valueIsNumericString
                      allowNegative={false}
                      onChange={(value) =>
                        dispatch({
                          type: 'change',
                          key: selected.key,
                          part: { loiterSeconds: typeof value === 'number' && value > 0 ? value : null },
                        })
                      }
                    />
                  )}
                </>
              ) : (
                <Text size="sm">{t('zones.maskHint')}</Text>
              )}
              <Coordinates shape={selected} dispatch={dispatch} title={titles.get(selected.key) ?? ''} />
              <Group gap="xs">
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconPencil size={16} aria-hidden />}
                  onClick={() => {
                    setPending([]);
                    requestAnimationFrame(() => stage.current?.focus());
                  }}
                >
                  {t('zones.redraw')}
                </Button>
                <Button
                  size="xs"
                  variant="subtle"
                  color="red"
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={() => {
                    dispatch({ type: 'remove', key: selected.key });
                    setChosen(drawing.shapes.find((shape) => shape !== selected)?.key ?? null);
                  }}
                >
                  {t(isLine(selected) ? 'zones.removeLine' : selected.kind === 'zone' ? 'zones.removeZone' : 'zones.removeMask')}
                </Button>
              </Group>
            </Stack>
          </Paper>
        )}
      </Stack>
    </div>
  );
}

function titlesOf(shapes: readonly Shape[], t: TFunction<'cameras'>): Map<string, string> {
  let masks = 0;
  return new Map(
    shapes.map((shape) => [
      shape.key,
      shape.kind === 'mask' ? t('zones.mask', { n: ++masks }) : shape.name.trim() || t('zones.unnamed'),
    ]),
  );
}

/** Follows one pointer from where it went down until it is let go. */
function dragged(event: ReactPointerEvent<Element>, onMove: (event: PointerEvent) => void, onEnd: () => void) {
  const target = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  const move = (next: Event) => onMove(next as PointerEvent);
  const end = () => {
    target.removeEventListener('pointermove', move);
    target.removeEventListener('pointerup', end);
    target.removeEventListener('pointercancel', end);
    onEnd();
  };
  target.addEventListener('pointermove', move);
  target.addEventListener('pointerup', end);
  target.addEventListener('pointercancel', end);
}

interface PolygonProps {
  shape: Shape;
  chosen: boolean;
  still: boolean;
  at: (event: { clientX: number; clientY: number }) => Point;
  onChoose: () => void;
  dispatch: Dispatch<Step>;
}

function Polygon({ shape, chosen, still, at, onChoose, dispatch }: PolygonProps) {
  const line = isLine(shape);
  // An area to take hold of is what a line does not have: its stroke is made wide, and seen through.
  const Outline = line ? 'polyline' : 'polygon';
  return (
    <Outline
      className={classes.polygon}
      data-line={line || undefined}
      data-kind={shape.kind}
      data-chosen={chosen || undefined}
      data-still={still || undefined}
      points={shape.polygon.map((p) => p.join()).join(' ')}
      onPointerDown={(event) => {
        if (still || event.button !== 0) {
          return;
        }
        onChoose();
        let last = at(event);
        dragged(
          event,
          (next) => {
            const now = at(next);
            dispatch({
              type: 'moveShape',
              key: shape.key,
              by: [now[0] - last[0], now[1] - last[1]],
              drag: `shape ${shape.key}`,
            });
            last = now;
          },
          () => dispatch({ type: 'settle' }),
        );
      }}
    />
  );
}

interface HandlesProps {
  shape: Shape;
  title: string;
  at: PolygonProps['at'];
  dispatch: Dispatch<Step>;
}

function Handles({ shape, title, at, dispatch }: HandlesProps) {
  const { t } = useTranslation('cameras');
  const box = useRef<HTMLDivElement>(null);
  const focusPoint = (index: number) =>
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-point="${index}"]`)?.focus());

  const onKeyDown = (event: KeyboardEvent, index: number, [x, y]: Point) => {
    const by = event.shiftKey ? LEAP : event.altKey ? HAIR : STEP;
    const moves: Record<string, Point> = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      event.stopPropagation();
      dispatch({
        type: 'movePoint',
        key: shape.key,
        index,
        to: [x + move[0], y + move[1]],
        drag: `key ${shape.key} ${index}`,
      });
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      dispatch({ type: 'removePoint', key: shape.key, index });
      focusPoint(Math.max(0, index - 1));
    } else if (event.key === '+' || event.key === 'Insert') {
      event.preventDefault();
      dispatch({ type: 'addPoint', key: shape.key, after: index });
      focusPoint(index + 1);
    }
  };

  return (
    <div ref={box}>
      {shape.polygon.map((corner, i) => {
        const next = shape.polygon[(i + 1) % shape.polygon.length] ?? corner;
        const middle: Point = [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2];
        return (
          <div key={i}>
            <button
              type="button"
              className={classes.handle}
              data-point={i}
              style={{ left: `${corner[0] * 100}%`, top: `${corner[1] * 100}%` }}
              aria-label={t('zones.point', { title, n: i + 1, count: shape.polygon.length, x: corner[0], y: corner[1] })}
              onKeyDown={(event) => onKeyDown(event, i, corner)}
              onBlur={() => dispatch({ type: 'settle' })}
              onDoubleClick={() => dispatch({ type: 'removePoint', key: shape.key, index: i })}
              onPointerDown={(event) => {
                if (event.button !== 0) {
                  return;
                }
                dragged(
                  event,
                  (moved) =>
                    dispatch({
                      type: 'movePoint',
                      key: shape.key,
                      index: i,
                      to: at(moved),
                      drag: `point ${shape.key} ${i}`,
                    }),
                  () => dispatch({ type: 'settle' }),
                );
              }}
            />
            {!isLine(shape) && <button
              type="button"
              className={classes.middle}
              tabIndex={-1}
              aria-hidden
              style={{ left: `${middle[0] * 100}%`, top: `${middle[1] * 100}%` }}
              onClick={() => dispatch({ type: 'addPoint', key: shape.key, after: i })}
            >
              <IconPlus size={12} />
            </button>}
          </div>
        );
      })}
    </div>
  );
}

function Coordinates({ shape, title, dispatch }: { shape: Shape; title: string; dispatch: Dispatch<Step> }) {
  const { decimal } = useFormat();
  const { t } = useTranslation('cameras');
  const set = (index: number, axis: 0 | 1, value: string | number) => {
    const old = shape.polygon[index];
    if (typeof value !== 'number' || !old) {
      return;
    }
    const to: Point = axis === 0 ? [value, old[1]] : [old[0], value];
    dispatch({ type: 'movePoint', key: shape.key, index, to, drag: `field ${shape.key} ${index} ${axis}` });
  };
  return (
    <Table className={classes.table} verticalSpacing={2} horizontalSpacing={4}>
      <Table.Caption>{t('zones.coordinates', { title })}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('zones.corner')}</Table.Th>
          <Table.Th scope="col">{t('zones.x')}</Table.Th>
          <Table.Th scope="col">{t('zones.y')}</Table.Th>
          <Table.Th scope="col">
            <span className={classes.hidden}>{t('zones.actions')}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shape.polygon.map((corner, i) => (
          <Table.Tr key={i}>
            <Table.Th scope="row">{i + 1}</Table.Th>
            {([0, 1] as const).map((axis) => (
              <Table.Td key={axis}>
                <NumberInput
                  size="xs"
                  aria-label={t(axis === 0 ? 'zones.xOf' : 'zones.yOf', { n: i + 1 })}
                  value={corner[axis]}
                  onChange={(value) => set(i, axis, value)}
                  onBlur={() => dispatch({ type: 'settle' })}
                  min={0}
                  max={1}
                  step={STEP}
                  decimalScale={4}
                  decimalSeparator={decimal}
                  valueIsNumericString
                />
              </Table.Td>
            ))}
            <Table.Td>
              <Group gap={2} wrap="nowrap" justify="flex-end">
                <ActionIcon
                  variant="subtle"
                  aria-label={t('zones.insertAfter', { n: i + 1 })}
                  disabled={isLine(shape)}
                  onClick={() => dispatch({ type: 'addPoint', key: shape.key, after: i })}
                >
                  <IconPlus size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={t('zones.removePoint', { n: i + 1 })}
                  disabled={shape.polygon.length <= 3}
                  onClick={() => dispatch({ type: 'removePoint', key: shape.key, index: i })}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Group>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
