using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Models;

/// <summary>
/// A network that goes up binary trees: each word has a state, each node a state made from those of its two children by the same weights, and each state a class. It takes many trees at once, level by level, as <see cref="Tasks.TreeBatch"/>
/// packs them: words (levels, leaves), and children (levels, joins, 2), rows of the level below, its leaves first. Output (levels, leaves + joins, classes), logits.
/// The loop over levels is one operation, so that its program fits all batches of the same form.
/// </summary>
public abstract class TreeNetwork : Layer
{
    private readonly Embedding embedding;
    private readonly Dropout dropout;
    private readonly Dense classifier;

    /// <param name="words">How many different words there are.</param>
    /// <param name="units">How many numbers a state has.</param>
    /// <param name="vector">How many numbers a word has.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="rate">The share of a word's numbers, and of those that the classifier sees, that is dropped in training.</param>
    private protected TreeNetwork(int words, int units, int vector, int classes, double rate)
    {
        (Units, Rate) = (Setting.Require(units, units >= 1, "1 or more"), rate);
        embedding = Track(new Embedding(words, vector, new RandomUniform(-0.1, 0.1)) { Name = "words" });
        classifier = Track(new Dense(classes) { Name = "classifier" });
        dropout = Track(new Dropout(rate));
    }

    /// <summary>How many different words there are.</summary>
    public int Words => embedding.InputDim;

    /// <summary>How many numbers a state has.</summary>
    public int Units { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes => classifier.Units;

    /// <summary>The share that is dropped in training.</summary>
    public double Rate { get; }

    /// <summary>The weights other than the table of words: those that a penalty is for.</summary>
    internal IEnumerable<Variable> Joining => TrainableWeights.Except(embedding.TrainableWeights);

    /// <summary>The states of words; the first of them is what the classifier sees.</summary>
    /// <param name="vectors">(..., numbers of a word).</param>
    /// <returns>Tensors (..., units).</returns>
    private protected abstract Bundle<Tensor> Leaf(Tensor vectors);

    /// <summary>The states of nodes.</summary>
    /// <param name="children">The states of their children, left and right, (nodes, 2, units).</param>
    /// <returns>Tensors (nodes, units), as many as those of a word.</returns>
    private protected abstract Bundle<Tensor> Join(Bundle<Tensor> children);

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        (Tensor words, Tensor children) = (inputs[0], inputs[1]);
        Bundle<Tensor> leaves = Leaf(dropout.Call(embedding.Call(words, context), context));
        Tensor none = Tensor.Zeros([words.Shape[1] + children.Shape[1], Units], leaves[0].DType);
        Bundle<Tensor> states = Flow.Scan(
            (below, entry) =>
            {
                Bundle<Tensor> joined = Join([.. below.Select(state => state.Gather(entry[^1]))]);
                Bundle<Tensor> level = [.. joined.Select((state, i) => Tensor.Concatenate([entry[i], state], 0))];
                return (level, level[0]);
            },
            [.. leaves.Select(_ => none)], [.. leaves, children]).Outputs;
        return classifier.Call(dropout.Call(states.Only, context), context);
    }
}
