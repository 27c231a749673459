#!/bin/sh
# Encodes the samples that simulated cameras send, into src/main/resources/io/vigilnvr/tck.
# Needs ffmpeg (libx264, libx265) and fonts-dejavu-core. Loops of whole GOPs, each 8 s or less.
# With an argument, encodes a 1080p25 4 Mb/s loop of 40 s there instead, for benchmarks.
set -eu
case ${1-} in
  "" | /*) ;;
  *) set -- "$PWD/$1" ;;
esac
cd "$(dirname "$0")/src/main/resources/io/vigilnvr/tck"
font=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf

# scene WIDTHxHEIGHT SECONDS TITLE: moving shapes, title, frame number and clock
scene() {
  size=$(( ${1#*x} / 12 ))
  echo "testsrc2=s=$1:r=25:d=$2,drawtext=fontfile=$font:text='$3 F%{frame_num} %{pts\\:hms}':x=$size:y=$size:fontsize=$size:fontcolor=white:box=1:boxcolor=black"
}
encode() { # FILE SCENE OPTIONS…
  file=$1 scene=$2
  shift 2
  ffmpeg -y -v error -f lavfi -i "$scene" "$@" -pix_fmt yuv420p -an -fflags +bitexact \
    -flags:v +bitexact -movflags +faststart "$file"
}
x264="-c:v libx264 -preset slow -sc_threshold 0 -g 25 -keyint_min 25"

if [ $# -gt 0 ]; then
  encode "$1" "$(scene 1920x1080 40 1080p),noise=alls=6:allf=t" -c:v libx264 -preset veryfast \
    -tune zerolatency -profile:v main -sc_threshold 0 -g 50 -keyint_min 50 -bf 0 \
    -b:v 4M -maxrate 4M -bufsize 4M -x264-params nal-hrd=cbr:force-cfr=1
  exit
fi

encode main.mp4 "$(scene 640x360 8 main)" $x264 -profile:v main -bf 0 -b:v 300k -maxrate 450k -bufsize 300k
encode sub.mp4 "$(scene 320x180 8 sub)" $x264 -profile:v baseline -bf 0 -b:v 80k -maxrate 120k -bufsize 80k
encode bframes.mp4 "$(scene 640x360 6 bframes)" $x264 -profile:v high -bf 2 -b_strategy 0 -b:v 200k -maxrate 300k -bufsize 200k
encode h265.mp4 "$(scene 640x360 6 h265)" -c:v libx265 -preset medium -tag:v hvc1 -b:v 150k \
  -x265-params "keyint=25:min-keyint=25:scenecut=0:bframes=0:open-gop=0:repeat-headers=0:log-level=error"
ffmpeg -y -v error -f lavfi -i "$(scene 640x360 8 aac)" -f lavfi -i "sine=f=440:r=48000:d=8.2" \
  $x264 -profile:v main -bf 0 -b:v 160k -maxrate 240k -bufsize 160k -pix_fmt yuv420p \
  -c:a aac -b:a 32k -ac 1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -t 8.1 -movflags +faststart aac.mp4
ls -l
