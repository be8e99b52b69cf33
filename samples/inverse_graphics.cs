#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// A network finds how images were rendered: solids turned by -60 to 60 degrees under a lamp that moves, and one latent unit that comes to say the angle.  dotnet run -c Release samples/inverse_graphics.cs
// (Kulkarni, Whitney, Kohli and Tenenbaum, "Deep convolutional inverse graphics network", 2015.)
// Arguments: steps; a folder for the picture.
using System.Diagnostics;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Vision.Images;
using Laminet.Zoo.Models;

int steps = args.Length > 0 ? int.Parse(args[0]) : 400;
string folder = Directory.CreateDirectory(args.Length > 1 ? args[1] : "inverse_graphics").FullName;
const int Side = 32, Solids = 12, Unseen = 6, Batch = 24, Lamps = 5, Poses = 31, Latents = 8;
const double Most = 60;
Random random = new(1);
Box[][] solids = [.. Enumerable.Range(0, Solids + Unseen).Select(_ => Solid())];

// All solids at every fourth degree under every lamp; what is tested has other angles, and another lamp each.
Stopwatch watch = Stopwatch.StartNew();
float[][][][] known = [.. Enumerable.Range(0, Solids).Select(solid => Enumerable.Range(0, Poses).Select(pose => Enumerable.Range(0, Lamps).Select(lamp => Render(solids[solid], Angle(pose), Lamp(lamp))).ToArray()).ToArray())];
(Tensor unseenPoses, double[] unseenAngles) = Drawn(0, Solids, 500);
(Tensor unseenSolids, double[] solidAngles) = Drawn(Solids, Unseen, 500);
Console.WriteLine($"{Solids * Poses * Lamps} images rendered in {watch.Elapsed.TotalSeconds:F1} s");

// Unit 0 is the pose's, unit 1 the lamp's, the others are the solid's.
InverseGraphicsNetwork network = new(new Shape(Side, Side, 1), Latents, new Adam(new CosineDecay(1e-3, steps, alpha: 0.05)), clamping: 10, seed: 1);
watch.Restart();
double error = 0, divergence = 0;
for (int done = 1; done <= steps; done++)
{
    (int solid, int pose, int lamp, int kind) = (random.Next(Solids), random.Next(Poses), random.Next(Lamps), random.Next(5));
    (double now, double nats) = kind switch
    {
        < 2 => network.Learn(Images(Enumerable.Range(0, Batch).Select(_ => known[solid][random.Next(Poses)][lamp])), 0..1),
        2 => network.Learn(Images(Enumerable.Range(0, Batch).Select(_ => known[solid][pose][random.Next(Lamps)])), 1..2),
        _ => network.Learn(Images(Enumerable.Range(0, Batch).Select(number => known[number % Solids][pose][lamp])), 2..),
    };
    (error, divergence) = (done == 1 ? now : (0.98 * error) + (0.02 * now), done == 1 ? nats : (0.98 * divergence) + (0.02 * nats));
    if (done % Math.Max(1, steps / 10) == 0)
        Console.WriteLine($"step {done}: error {error:F1}, divergence {divergence:F1} nats, R2 of the angle {R2(0, unseenPoses, unseenAngles):F3} ({watch.Elapsed.TotalSeconds:F0} s)");
}

Console.WriteLine($"angle read from unit 0: R2 {R2(0, unseenPoses, unseenAngles):F3} on unseen poses, {R2(0, unseenSolids, solidAngles):F3} on unseen solids");
Console.WriteLine($"angle read from each other unit: R2 at most {Enumerable.Range(1, Latents - 1).Max(unit => R2(unit, unseenPoses, unseenAngles)):F3}");
Image.Write(Path.Combine(folder, "inverse_graphics.png"), Picture());
Console.WriteLine($"pictures in {folder}");

// The line through what the unit says of the images it learned from, applied to others.
double R2(int unit, Tensor images, double[] angles)
{
    int[] some = [.. Enumerable.Range(0, Solids * Poses)];
    double[] says = Unit(unit, Images(some.Select(place => known[place / Poses][place % Poses][place % Lamps]))), truth = [.. some.Select(place => Angle(place % Poses))];
    double meanSays = says.Average(), slope = says.Zip(truth, (z, angle) => (z - meanSays) * angle).Sum() / Math.Max(1e-12, says.Sum(z => Math.Pow(z - meanSays, 2)));
    double[] tested = Unit(unit, images);
    double mean = angles.Average();
    return 1 - (tested.Zip(angles, (z, angle) => Math.Pow((slope * (z - meanSays)) - angle, 2)).Sum() / angles.Sum(angle => Math.Pow(angle - mean, 2)));
}

double[] Unit(int unit, Tensor images) => network.Encode(images).At(unit, axis: 1).Cast(DType.Float64).ToArray<double>();

// Four solids, two of them unseen: the image, and what the decoder makes of it when unit 0 goes from one end of what it said to the other.
Tensor Picture()
{
    double[] said = [.. Unit(0, unseenPoses).Order()];
    List<Tensor> rows = [];
    foreach (int solid in (int[])[0, 1, Solids, Solids + 1])
    {
        Tensor image = Images([Render(solids[solid], -20, Lamp(2))]), latents = network.Encode(image);
        Tensor turned = Tensor.Concatenate([.. Enumerable.Range(0, 9).Select(place => Tensor.Concatenate([Tensor.Full([1, 1], double.Lerp(said[10], said[^10], place / 8.0)), latents.Slice(1, axis: 1)], 1))], 0);
        rows.Add(Tensor.Concatenate([image, Tensor.Ones([1, Side, Side, 1]), network.Decode(turned)], 0).Transpose(1, 0, 2, 3).Reshape([Side, -1, 1]));
    }

    Tensor all = Tensor.Concatenate([.. rows], 0);
    // Twice as large.
    all = all.Reshape([all.Shape[0], 1, all.Shape[1], 1]).BroadcastTo([all.Shape[0], 2, all.Shape[1], 2]).Reshape([all.Shape[0] * 2, -1, 1]);
    return (all.Clip(0.0, 1.0) * 255).Cast(DType.UInt8);
}

(Tensor, double[]) Drawn(int first, int count, int images)
{
    double[] angles = [.. Enumerable.Range(0, images).Select(_ => Most * ((2 * random.NextDouble()) - 1))];
    return (Images([.. angles.Select(angle => Render(solids[first + random.Next(count)], angle, Lamp((Lamps - 1) * random.NextDouble())))]), angles);
}

static Tensor Images(IEnumerable<float[]> images) => Tensor.Stack([.. images.Select(image => Tensor.From(image, [Side, Side, 1]))]);

static double Angle(int pose) => Most * ((2.0 * pose / (Poses - 1)) - 1);

// From the left to the right, and above.
static (double X, double Y, double Z) Lamp(double number)
{
    (double sin, double cos) = Math.SinCos(((number / (Lamps - 1)) - 0.5) * 2);
    return (0.8 * sin, 0.6, 0.8 * cos);
}

// A body with a long arm in front, a fin on its left, and a hat that is not in the middle: no two sides are alike.
Box[] Solid()
{
    double width = Between(0.22, 0.36), height = Between(0.25, 0.5), depth = Between(0.22, 0.36), arm = Between(0.3, 0.42), fin = Between(0.08, 0.18), hat = Between(0.1, 0.22);
    return
    [
        new(0, 0, 0, width, height, depth, 0.45),
        new(0, Between(-0.1, 0.2), depth + arm, Between(0.12, 0.2), Between(0.12, 0.2), arm, 1),
        new(-width - fin, Between(-0.1, 0.2), -0.05, fin, Between(0.08, 0.15), 0.12, 0.7),
        new(0.4 * width, height + hat, Between(-0.1, 0.1), Between(0.08, 0.15), hat, Between(0.08, 0.15), 0.6),
    ];

    double Between(double low, double high) => low + ((high - low) * random.NextDouble());
}

// Parallel rays from the front and a little above, four for each pixel, against boxes that are turned about the upright axis.
static float[] Render(Box[] solid, double degrees, (double X, double Y, double Z) lamp)
{
    const int Fine = 2;
    (double sin, double cos) = Math.SinCos(degrees * Math.PI / 180);
    (double rise, double ahead) = Math.SinCos(35 * Math.PI / 180);
    float[] image = new float[Side * Side];
    for (int row = 0; row < Side * Fine; row++)
    {
        for (int column = 0; column < Side * Fine; column++)
        {
            double across = (2.4 * (column + 0.5) / (Side * Fine)) - 1.2, up = 1.45 - (2.4 * (row + 0.5) / (Side * Fine));
            // Where the ray starts and goes, in the frame of the solid.
            (double x, double z) = Turned(across, (4 * ahead) - (up * rise), -sin, cos);
            (double dx, double dz) = Turned(0, -ahead, -sin, cos);
            image[(row / Fine * Side) + (column / Fine)] += (float)(Light(x, (4 * rise) + (up * ahead), z, dx, -rise, dz) / (Fine * Fine));
        }
    }

    return image;

    static (double X, double Z) Turned(double x, double z, double sin, double cos) => ((cos * x) + (sin * z), (cos * z) - (sin * x));

    double Light(double x, double y, double z, double dx, double dy, double dz)
    {
        (double nearest, double light) = (double.PositiveInfinity, 0);
        foreach (Box box in solid)
        {
            // A ray is within a box while it is between all three pairs of planes; the last it enters by is the side that is seen.
            (double from, double to, int side) = (double.NegativeInfinity, double.PositiveInfinity, 0);
            Between(0, x - box.X, dx, box.Width);
            Between(1, y - box.Y, dy, box.Height);
            Between(2, z - box.Z, dz, box.Depth);
            if (from >= to || from >= nearest)
                continue;
            double sign = -Math.Sign(side == 0 ? dx : side == 1 ? dy : dz);
            (double normalX, double normalZ) = Turned(side == 0 ? sign : 0, side == 2 ? sign : 0, sin, cos);
            (nearest, light) = (from, box.Paint * (0.4 + (0.6 * Math.Max(0, (normalX * lamp.X) + ((side == 1 ? sign : 0) * lamp.Y) + (normalZ * lamp.Z)))));

            void Between(int axis, double place, double way, double half)
            {
                (double one, double other) = ((-half - place) / way, (half - place) / way);
                if (Math.Min(one, other) > from)
                    (from, side) = (Math.Min(one, other), axis);
                to = Math.Min(to, Math.Max(one, other));
            }
        }

        return light;
    }
}

internal sealed record Box(double X, double Y, double Z, double Width, double Height, double Depth, double Paint);
