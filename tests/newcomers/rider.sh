# A rider with a Raspberry Pi, whose devices have not come yet.
. "$EXAMPLES/terminal.sh"

smartbike init --yes --bike 000007 --broker "$BROKER" --device trainer --device heart-rate
smartbike config check
smartbike doctor || echo "doctor has found something to do"

mkdir -p card/etc
smartbike install --dry-run
smartbike install --root card
ls card/usr/local/bin card/etc/systemd/system
refused smartbike install --root crad

beside smartbike start simulated
smartbike watch --count 3
until smartbike status --all; do sleep 1; done
refused smartbike status --bike 000008
smartbike uninstall --root card
smartbike uninstall --root card
