#!/bin/sh
set -eu
umask 077
installed=/usr/share/opensearch
home=@HOME_DIRECTORY@
config=$home/config
fail() { echo "opensearch: $1" >&2; exit 1; }
[ -n "${OPENSEARCH_PASSWORD:-}" ] || fail "OPENSEARCH_PASSWORD is empty"

rm -rf "$home"
mkdir -p "$home/modules" "$home/plugins" "$home/tmp" "$config/opensearch-security"
for part in modules/mapper-extras modules/reindex modules/transport-netty4 plugins/opensearch-security; do
  [ -d "$installed/$part" ] || fail "the image has no $installed/$part"
  ln -s "$installed/$part" "$home/$part"
done
cp @FILES_DIRECTORY@/opensearch.yml @FILES_DIRECTORY@/log4j2.properties @FILES_DIRECTORY@/java.policy "$config/"
cp @SECURITY_DIRECTORY@/*.yml "$config/opensearch-security/"

# The key between nodes, and its certificate once more as one that is trusted.
keys() {
  "$installed/jdk/bin/keytool" -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC "$@" \
    -keystore "$config/transport.p12" -storetype PKCS12 -storepass @STORE_PASSWORD@ > "$home/tmp/keytool" 2>&1 \
    || fail "could not make the key of the port between nodes: $(cat "$home/tmp/keytool")"
}
keys -genkeypair -alias key -keyalg EC -groupname secp256r1 -dname CN=opensearch -validity 3650
keys -exportcert -alias key -rfc -file "$home/tmp/certificate"
keys -importcert -alias certificate -noprompt -file "$home/tmp/certificate"

# As in the image's own jvm.options, without what is for larger machines and for files of logs. A heap that is full ends the program, which the
# engine starts again.
exec "$installed/jdk/bin/java" \
  -Xms@HEAP_MIB@m -Xmx@HEAP_MIB@m -XX:MaxDirectMemorySize=@DIRECT_MIB@m -Xss1m \
  -XX:+UseG1GC -XX:G1ReservePercent=25 -XX:InitiatingHeapOccupancyPercent=30 \
  -XX:+ExitOnOutOfMemoryError -XX:-OmitStackTraceInFastThrow -XX:+ErrorFileToStderr -XX:-UsePerfData \
  -Djava.io.tmpdir="$home/tmp" -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Djna.nosys=true -Djna.tmpdir="$home/tmp" \
  -Djava.security.manager=allow -Djava.security.policy="$config/java.policy" \
  -Djava.locale.providers=SPI,COMPAT --add-opens=java.base/java.io=ALL-UNNAMED \
  -Dio.netty.noUnsafe=true -Dio.netty.noKeySetOptimization=true \
  -Dio.netty.recycler.maxCapacityPerThread=0 -Dio.netty.allocator.numDirectArenas=0 \
  -Dlog4j.shutdownHookEnabled=false -Dlog4j2.disable.jmx=true \
  -Dopensearch.networkaddress.cache.ttl=60 -Dopensearch.networkaddress.cache.negative.ttl=10 \
  -Dopensearch.cgroups.hierarchy.override=/ \
  -Dopensearch.path.home="$home" -Dopensearch.path.conf="$config" \
  -Dopensearch.distribution.type=docker -Dopensearch.bundled_jdk=true \
  -cp "$installed/lib/*" org.opensearch.bootstrap.OpenSearch
