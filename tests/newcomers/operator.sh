# An operator with many bikes: a broker with TLS, an account for each bike and
# each program, with the rights of its role and no others.
. "$EXAMPLES/terminal.sh"

certificate() { # NAME OPTION…
  name=$1
  shift
  openssl req -x509 -days 1 -nodes -newkey rsa:2048 -subj "/CN=$name" \
    -keyout "$name.key" -out "$name.crt" "$@" 2>openssl.log
}
certificate authority
certificate server -CA authority.crt -CAkey authority.key \
  -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=IP:127.0.0.1

rules() { smartbike broker-config mosquitto --part acl "$@"; }
{
  rules --bike 000001 --role driver=bike-1
  rules --bike 000002 --role driver=bike-2
  rules --all-bikes --role recorder=office --role app=phone
} >acl
touch passwords
chmod 600 passwords
for account in bike-1 bike-2 office phone; do
  echo "secret of $account" >"$account.secret"
  mosquitto_passwd -b passwords "$account" "secret of $account"
done
smartbike broker-config mosquitto --part conf |
  sed "s|/etc/mosquitto/smartbike|$PWD|; s/8883/$PORT 127.0.0.1/; /^listener 1883/d" >broker.conf
echo "user $(id -un)" >>broker.conf
mosquitto -c broker.conf 2>broker.log &
running=$!

# settings FILE ACCOUNT OPTION…: what a program of an account reads.
settings() {
  smartbike init --yes --out "$1" --broker "mqtts://127.0.0.1:$PORT" \
    --ca authority.crt --username "$2" --password-file "$2.secret" "$3" "$4"
}
settings bike-1.yaml bike-1 --bike 000001
settings bike-2.yaml bike-2 --bike 000002
settings office.yaml office --bike 000002
settings phone.yaml phone --bike 000002
settings thief.yaml bike-1 --bike 000002
beside smartbike start simulated --config bike-1.yaml
beside smartbike start simulated --config bike-2.yaml
bike_2=$beside

until smartbike status --all --config office.yaml; do sleep 1; done
smartbike client --config phone.yaml list
smartbike bike set fan 30 --config phone.yaml
refused smartbike bike set fan 30 --config office.yaml --timeout 2s
refused smartbike doctor --config thief.yaml
echo "a guess" >office.secret
refused smartbike status --all --config office.yaml
echo "secret of office" >office.secret

kill -KILL "$bike_2"
until smartbike client --config phone.yaml list | grep lost; do sleep 1; done
refused smartbike client --config phone.yaml forget
smartbike client --config bike-1.yaml forget
smartbike client --config phone.yaml list
