using Laminet.Data;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Saving;

public sealed class CheckpointWrongUseTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string Path => scratch.Path("loop.checkpoint");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("../../evil")]
    [InlineData("/etc/passwd")]
    public void A_name_that_cannot_be_used(string name) =>
        Assert.Throws<ArgumentException>(() => new Checkpoint { [name] = new DataPosition() });

    [Fact]
    public void A_name_with_a_slash_is_told() => Assert.StartsWith(
        "Received the name 'a/b'; expected one without a slash", Assert.Throws<ArgumentException>(() => new Checkpoint { ["a/b"] = new DataPosition() }).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("..")]
    [InlineData("C:\\windows\\evil")]
    [InlineData("con\u0000trol\n")]
    [InlineData("__metadata__")]
    [InlineData("checkpoint.json")]
    public void A_strange_name_does_no_harm(string name)
    {
        DataPosition saved = new() { Epoch = 3 }, other = new();
        new Checkpoint { [name] = saved }.Save(Path);
        new Checkpoint { [name] = other }.Restore(Path);
        Assert.Equal(3, other.Epoch);
        Assert.Equal(["loop.checkpoint"], scratch.Files);
    }

    [Fact]
    public void A_name_twice() => Assert.StartsWith("Received the name 'a' twice",
        Assert.Throws<ArgumentException>(() => new Checkpoint { ["a"] = new DataPosition() }["a"] = new DataPosition()).Message, StringComparison.Ordinal);

    [Fact]
    public void An_object_twice()
    {
        Adam adam = new();
        Assert.StartsWith("Received one Adam as 'g_opt' and as 'd_opt'. Add it once",
            Assert.Throws<ArgumentException>(() => new Checkpoint { ["g_opt"] = adam, ["d_opt"] = adam }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_not_there() => Assert.Equal("There is no 'g'; there are none.", Assert.Throws<KeyNotFoundException>(() => new Checkpoint()["g"]).Message);

    [Fact]
    public void Nothing_to_save() => Wrong(new Checkpoint(), "the checkpoint holds nothing");

    [Fact]
    public void A_model_without_weights() => Wrong(new Checkpoint { ["g"] = new Sequential(new Dense(2)) }, "'g' has not seen its input's shape yet");

    [Fact]
    public void A_layer_without_weights() => Wrong(new Checkpoint { ["layer"] = new Dense(2) }, "'layer' has not seen its input's shape yet");

    [Fact]
    public void An_optimizer_of_weights_that_are_not_there()
    {
        OwnLoop loop = new OwnLoop().Train(1);
        Wrong(new Checkpoint { ["first"] = loop.First, ["opt"] = loop.OfFirst }, "the optimizer 'opt' has trained the variable 'scale', which nothing in the checkpoint holds");
    }

    [Fact]
    public void Two_variables_of_one_name() => Wrong(new Checkpoint { ["two"] = new Twice() }, "Two variables would be stored as 'two/same'");

    [Fact]
    public void Within_a_function_that_is_compiled()
    {
        Checkpoint checkpoint = new() { ["position"] = new DataPosition() };
        checkpoint.Save(Path);
        foreach (Action<string> use in (Action<string>[])[checkpoint.Save, path => checkpoint.Restore(path)])
        {
            CompiledFunction function = Function.Compile(_ =>
            {
                use(Path);
                return [];
            });
            Assert.Contains("a function is being compiled", Assert.Throws<InvalidOperationException>(() => function.Call()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_not_there() => Assert.Throws<FileNotFoundException>(() => new OwnLoop().Checkpoint.Restore(Path));

    [Fact]
    public void A_file_with_other_names()
    {
        OwnLoop loop = new OwnLoop().Train(2);
        loop.Checkpoint.Save(Path);
        Refused(new Checkpoint { ["first"] = loop.First, ["third"] = loop.Second }, loop,
            "The file holds other things: 'third' is not in the file; 'first_opt' is in the file alone; 'losses' is in the file alone");
    }

    [Fact]
    public void Another_shape()
    {
        new OwnLoop(width: 6).Train(2).Checkpoint.Save(Path);
        OwnLoop loop = new();
        Refused(loop.Checkpoint, loop, "in 'first', layers[1].config.units was 6 and is 5");
    }

    [Fact]
    public void Another_shape_that_no_setting_shows()
    {
        new Checkpoint { ["one"] = new Variable(Tensor.Zeros([2, 3]), "x") }.Save(Path);
        Variable other = new(Tensor.Ones([3, 2]), "x");
        string message = Assert.Throws<InvalidDataException>(() => new Checkpoint { ["one"] = other }.Restore(Path)).Message;
        Assert.Contains("one/value  other shape  Float32 (3, 2)  Float32 (2, 3)", message, StringComparison.Ordinal);
        Assert.Equal(1, other.Value.Min().ToDouble());
    }

    [Fact]
    public void Another_type()
    {
        new Checkpoint { ["one"] = new Variable(Tensor.Zeros([2], DType.Float64), "x") }.Save(Path);
        Assert.Contains("other type", Assert.Throws<InvalidDataException>(() => new Checkpoint { ["one"] = new Variable(Tensor.Zeros([2]), "x") }.Restore(Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_class_of_optimizer()
    {
        new OwnLoop(first: new SGD(0.01)).Train(2).Checkpoint.Save(Path);
        OwnLoop loop = new();
        Refused(loop.Checkpoint, loop, "'first_opt' is a SGD in the file and a Adam here");
    }

    [Fact]
    public void Other_settings_of_an_optimizer()
    {
        new OwnLoop(first: new Adam(0.01, beta1: 0.5)).Train(2).Checkpoint.Save(Path);
        OwnLoop loop = new();
        Refused(loop.Checkpoint, loop, "in 'first_opt', beta_1 was 0.5 and is 0.9");
        OwnLoop clipped = new(first: new Adam(0.01, beta1: 0.5) { ClipNorm = 1 });
        Refused(clipped.Checkpoint, clipped, "in 'first_opt', clipnorm was absent and is 1");
    }

    [Fact]
    public void Another_random_stream()
    {
        new OwnLoop(seed: 4).Train(2).Checkpoint.Save(Path);
        OwnLoop loop = new();
        Refused(loop.Checkpoint, loop, "in 'random', seed was 4 and is 3");
    }

    [Fact]
    public void An_optimizer_that_has_half_of_its_memory()
    {
        new OwnLoop().Train(2).Checkpoint.Save(Path);
        Dictionary<string, byte[]> parts = Archives.Parts(Path);
        string file = scratch.Path("tensors");
        File.WriteAllBytes(file, parts[ArchiveParts.CheckpointTensors]);
        SafeTensors.Write(file, SafeTensors.Read(file).Tensors.Where(pair => pair.Key != "first_opt/first/dense/kernel/velocity").ToDictionary());
        parts[ArchiveParts.CheckpointTensors] = File.ReadAllBytes(file);
        Archives.Write(Path, parts);
        OwnLoop loop = new();
        Refused(loop.Checkpoint, loop, "first_opt/first/dense/kernel/velocity  missing");
        // Nor were the slots made for what is refused.
        Assert.Equal(2, loop.OfFirst.State.Count);
    }

    [Fact]
    public void Files_of_other_kinds_and_the_other_way_round()
    {
        OwnLoop loop = new();
        Sequential model = Models.Compiled(Models.Convnet());
        model.Save(Path);
        Refused(loop.Checkpoint, loop, "was not written by Checkpoint. A file of Model.Save is read by Model.Load or ResumeFrom");
        model.SaveWeights(Path);
        Refused(loop.Checkpoint, loop, "not a whole Laminet file");
        loop.Checkpoint.Save(Path);
        foreach (Action use in (Action[])
            [() => Model.Load(Path), () => model.ResumeFrom(Path), () => model.LoadWeights(Path), () => model.Fit(Models.Images(), Models.Labels(), callbacks: [new BackupAndRestore(Path)])])
        {
            Assert.StartsWith($"{Path} was written by Checkpoint, for a training loop of your own", Assert.Throws<InvalidDataException>(use).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_damage_leads_to_another_exception_or_to_half_a_restore()
    {
        new OwnLoop().Train(3).Checkpoint.Save(Path);
        byte[] good = File.ReadAllBytes(Path);
        Dictionary<string, byte[]> parts = Archives.Parts(Path);
        Random random = new(1);
        OwnLoop loop = new OwnLoop().Train(2);
        Checkpoint checkpoint = loop.Checkpoint;
        checkpoint.Restore(Path);
        int refused = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] before = loop.State;
            if (i % 3 == 0)
                File.WriteAllBytes(Path, Mutation.Of(good, random));
            else
                Archives.Write(Path, parts.Select((pair, place) => KeyValuePair.Create(pair.Key, place == i % 3 - 1 ? Mutation.Of(pair.Value, random) : pair.Value)));
            try
            {
                checkpoint.Restore(Path);
            }
            catch (InvalidDataException)
            {
                refused++;
                Assert.Equal(before, loop.State);
            }
        }

        Assert.InRange(refused, 300, 600);
    }

    [Fact]
    public void A_learning_rate_that_is_none()
    {
        Adam adam = new(0.5), other = new(0.25);
        new Checkpoint { ["opt"] = adam }.Save(Path);
        Dictionary<string, byte[]> parts = Archives.Parts(Path);
        byte[] tensors = parts[ArchiveParts.CheckpointTensors];
        int place = tensors.AsSpan().IndexOf(BitConverter.GetBytes(0.5));
        BitConverter.GetBytes(double.NaN).CopyTo(tensors, place);
        Archives.Write(Path, parts);
        Assert.Contains("'opt/learning_rate' is NaN; expected zero or more", Assert.Throws<InvalidDataException>(() => new Checkpoint { ["opt"] = other }.Restore(Path)).Message, StringComparison.Ordinal);
        Assert.Equal(0.25, other.LearningRate);
    }

    private void Wrong(Checkpoint checkpoint, string reason)
    {
        string message = Assert.Throws<InvalidOperationException>(() => checkpoint.Save(Path)).Message;
        Assert.StartsWith("Save: ", message.StartsWith("Two", StringComparison.Ordinal) ? "Save: " : message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains(reason, Assert.Throws<InvalidOperationException>(() => checkpoint.Restore(Path)).Message, StringComparison.Ordinal);
        Assert.Empty(scratch.Files);
    }

    private void Refused(Checkpoint checkpoint, OwnLoop loop, string reason)
    {
        byte[] before = loop.State;
        string message = Assert.Throws<InvalidDataException>(() => checkpoint.Restore(Path)).Message;
        Assert.StartsWith(Path, message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Equal(before, loop.State);
    }

    private sealed class Twice : IHasState
    {
        public IEnumerable<(string Name, Variable Variable)> State => [("same", new Variable(Tensor.Scalar(0f), "a")), ("same", new Variable(Tensor.Scalar(0f), "b"))];
    }
}
