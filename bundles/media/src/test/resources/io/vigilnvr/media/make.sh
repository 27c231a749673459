#!/bin/sh
# Makes the reference files again (ffmpeg 5.1 with libx264, libx265, libopus). They are committed,
# so that the tests have content where there is no ffmpeg.
set -eu
cd "$(dirname "$0")"
exact="-fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1"
fragmented="-movflags empty_moov+default_base_moof+frag_every_frame+skip_trailer -f mp4"
run() { ffmpeg -v error -y "$@"; }
video="-f lavfi -i testsrc=size=320x180:rate=25:duration=2"
x264="-c:v libx264 -preset veryfast -crf 35 -pix_fmt yuv420p -g 25 -keyint_min 25 -sc_threshold 0"

# Fragmented files of one track and one sample in each fragment.
run $video $x264 -profile:v high -bf 2 $exact $fragmented -video_track_timescale 90000 h264-high-b.mp4
run $video -t 1 $x264 -profile:v main -bf 0 $exact $fragmented -video_track_timescale 90000 h264-main.mp4
run -f lavfi -i color=gray:size=1920x1080:rate=30000/1001 -frames:v 3 $x264 -profile:v baseline $exact $fragmented -video_track_timescale 90000 h264-1080.mp4
run -f lavfi -i color=gray:size=720x568:rate=25 -vf setsar=16/15 -frames:v 4 $x264 -flags:v +ildct+ilme+bitexact -fflags +bitexact -map_metadata -1 $fragmented -video_track_timescale 90000 h264-interlaced.mp4
run $video -c:v libx265 -preset veryfast -crf 38 -pix_fmt yuv420p -x265-params log-level=none:info=0:keyint=25:min-keyint=25:scenecut=0:bframes=2 -tag:v hvc1 $exact $fragmented -video_track_timescale 90000 h265-b.mp4
run -f lavfi -i color=gray:size=1920x1080:rate=20 -frames:v 3 -c:v libx265 -preset veryfast -pix_fmt yuv420p10le -x265-params log-level=none:info=0 -tag:v hvc1 $exact $fragmented -video_track_timescale 90000 h265-main10-1080.mp4
run -f lavfi -i sine=440:sample_rate=48000:duration=2 -c:a aac -b:a 32k $exact $fragmented aac.mp4
run -f lavfi -i sine=440:sample_rate=48000:duration=1 -c:a libopus -b:a 24k $exact $fragmented opus.mp4

# The same pictures with start codes and access unit delimiters.
run -i h264-high-b.mp4 -c copy -bsf:v h264_mp4toannexb,h264_metadata=aud=insert -fflags +bitexact -f h264 h264-high-b.h264
run -i h265-b.mp4 -c copy -bsf:v hevc_mp4toannexb,hevc_metadata=aud=insert -fflags +bitexact -f hevc h265-b.h265
