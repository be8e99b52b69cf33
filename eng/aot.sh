#!/usr/bin/env bash
# Publishes a console program that trains, saves and loads a model, once as native code (NativeAOT), once trimmed, and once plainly, all for this
# machine's instructions; runs all three, and fails unless they print the same figures. Needs a C compiler's linker.  eng/aot.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/program.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <InvariantGlobalization>true</InvariantGlobalization>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
    <IlcInstructionSet>native</IlcInstructionSet>
  </PropertyGroup>
  <ItemGroup><ProjectReference Include="$root/src/Laminet/Laminet.csproj" /></ItemGroup>
</Project>
XML
cat > "$work/program.cs" <<'CS'
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

Layer.Registry.Register<Scale>();
var model = new Sequential(seed: 1, new Input([8, 8, 3]), new Conv2D(8, 3, activation: "relu"), new BatchNormalization(), new Scale(2), new Flatten(), new Dropout(0.25), new Dense(4, "softmax"));
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
Tensor x = new RandomKey(1).Normal([256, 8, 8, 3]), y = x.Mean([1, 2]).ArgMax();
model.Fit(x, y, epochs: 3);
string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".laminet");
model.Save(file);
Model loaded = Model.Load(file);
File.Delete(file);
foreach (Model each in (Model[])[model, loaded])
    Console.WriteLine(string.Join(' ', each.Evaluate(x, y).Select(figure => $"{figure.Key} {figure.Value:R}")));

sealed class Scale(double factor = 1) : Layer
{
    public double Factor { get; } = factor;

    protected override Tensor Forward(Tensor input, CallContext context) => input * Factor;
}
CS
rid=$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)
case $rid in *-arm64) rid=linux-arm64 ;; *) rid=linux-x64 ;; esac
publish() { dotnet publish "$work/program.csproj" -c Release -r "$rid" -o "$work/$1" "${@:2}" -v quiet --nologo; }
publish aot -p:PublishAot=true
publish trimmed -p:PublishTrimmed=true --self-contained
publish plain --self-contained false
for kind in plain trimmed aot; do
    "$work/$kind/program" > "$work/$kind.txt"
    echo "$kind: $(find "$work/$kind" -type f ! -name '*.pdb' ! -name '*.xml' ! -name '*.dbg' -printf '%s\n' | awk "{ sum += \$1 } END { print sum }") bytes"
    cat "$work/$kind.txt"
    cmp "$work/plain.txt" "$work/$kind.txt"
done
test "$(sort -u "$work/aot.txt" | wc -l)" = 1 || { echo "The loaded model gives other figures than the saved one." >&2; exit 1; }
