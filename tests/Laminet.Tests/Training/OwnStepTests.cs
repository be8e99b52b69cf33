using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Training;

/// <summary>
/// Training steps written by hand: several networks, optimizers and gradients in one function. Each is held to numbers worked out otherwise,
/// and its compiled form to the bits of its eager one.
/// </summary>
public class OwnStepTests
{
    private static readonly Tensor X = new RandomKey(11).Normal([16, 5]);
    private static readonly Tensor Y = new RandomKey(12).Normal([16, 2]);

    public static TheoryData<bool> Modes => [false, true];

    private static Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Run(bool compiled, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> body)
    {
        if (!compiled)
            return body;
        CompiledFunction function = Function.Compile(body);
        return inputs => function.Call([.. inputs]);
    }

    private static Sequential Network(ulong seed, int outputs = 2)
    {
        Sequential network = new(new Input([5]), new Dense(7, "tanh"), new BatchNormalization(), new Dense(outputs));
        network.Initialize(new RandomKey(seed));
        return network;
    }

    [Fact]
    public void Two_networks_with_two_optimizers_compile_to_the_bits_of_eager() => OwnStep.RequireSameBits(GanStep.Create, [GanStep.Images]);

    // The critic falls along g z, the generator climbs along the new w z: by hand, in numbers that are exact.
    [Theory]
    [MemberData(nameof(Modes))]
    public void The_second_networks_gradient_sees_what_the_first_step_made(bool compiled)
    {
        Variable critic = new(Tensor.Scalar(1f), "critic"), generator = new(Tensor.Scalar(2f), "generator");
        SGD ofCritic = new(0.5), ofGenerator = new(0.5);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> step = Run(compiled, inputs =>
        {
            Tensor Score() => critic.Value * generator.Value * inputs[0];
            ofCritic.Apply(Gradient.ValueAndGradients(Score, [critic]).Gradients, [critic]);
            Tensor between = critic.Value;
            ofGenerator.Apply(Gradient.ValueAndGradients(() => -Score(), [generator]).Gradients, [generator]);
            return [between, critic.Value * 10, generator.Value];
        });
        Tensor z = Tensor.Scalar(3f);
        // 1 - 0.5 * 2 * 3 = -2; 2 + 0.5 * -2 * 3 = -1. Then -2 - 0.5 * -1 * 3 = -0.5; -1 + 0.5 * -0.5 * 3 = -1.75.
        Assert.Equal([-2f, -20, -1], step([z]).Select(result => result.Item<float>()));
        Assert.Equal([-0.5f, -5, -1.75f], step([z]).Select(result => result.Item<float>()));
        Assert.Equal((-0.5f, -1.75f, 2L, 2L), (critic.Item<float>(), generator.Item<float>(), ofCritic.Iterations, ofGenerator.Iterations));
    }

    // Each network's weights and slots, the count of its optimizer, its moving statistics, and the random stream.
    [Fact]
    public void All_that_a_step_of_two_networks_changes_is_written_in_place()
    {
        OwnStep step = GanStep.Create();
        Assert.Equal((step.State.Count, 0), step.Successions([GanStep.Images]));
    }

    [Fact]
    public void A_weight_is_read_and_handed_out_in_any_form_before_and_after_its_step() => OwnStep.RequireSameBits(
        () =>
        {
            Variable weight = new(new RandomKey(1).Normal([3, 5]), "weight"), previous = new(Tensor.Zeros([3, 5]), "previous"), target = new(Tensor.Zeros([3, 5]), "target");
            Variable transposed = new(Tensor.Zeros([5, 3]), "transposed"), swapped = new(new RandomKey(2).Normal([3, 5]), "swapped");
            Adam optimizer = new(0.1);
            optimizer.Build([weight]);
            return new OwnStep(
                inputs =>
                {
                    Tensor before = weight.Value;
                    (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                        () => inputs[0].MatMul(weight.Value, transposeOther: true).Square().Mean(), [weight]);
                    optimizer.Apply(gradients, [weight]);
                    Tensor between = weight.Value;
                    optimizer.Apply(Gradient.ValueAndGradients(() => (swapped.Value * weight.Value).Sum(), [weight]).Gradients, [weight]);
                    Tensor after = weight.Value;
                    previous.Assign(before);
                    target.Assign(after);
                    transposed.Assign(between.Transpose());
                    swapped.Assign((swapped.Value - after).Flip());
                    return [loss, before, between, after, after, after.Transpose(), before.Slice(1), between.Reshape(5, 3), after.At(0), before + after, target.Value, swapped.Value];
                },
                [weight, previous, target, transposed, swapped, .. optimizer.State.Where(variable => variable.Name != "learning_rate")]);
        },
        [X]);

    [Theory]
    [MemberData(nameof(Modes))]
    public void A_moving_average_follows_the_weights_as_the_step_left_them(bool compiled)
    {
        Variable weight = new(Tensor.From(1f, 2), "weight"), average = new(Tensor.From(1f, 2), "average", trainable: false);
        SGD optimizer = new(0.5);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> step = Run(compiled, inputs =>
        {
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (weight.Value * inputs[0]).Sum(), [weight]);
            optimizer.Apply(gradients, [weight]);
            average.Assign(average.Value + (0.25 * (weight.Value - average.Value)));
            return [loss];
        });
        float[] expected = [1, 2], expectedAverage = [1, 2], x = [4, -8];
        for (int call = 0; call < 4; call++)
        {
            Assert.Equal((expected[0] * x[0]) + (expected[1] * x[1]), step([Tensor.From(x)])[0].Item<float>());
            for (int i = 0; i < 2; i++)
                expectedAverage[i] += 0.25f * ((expected[i] -= 0.5f * x[i]) - expectedAverage[i]);
            Assert.Equal(expected, weight.Value.ToArray<float>());
            Assert.Equal(expectedAverage, average.Value.ToArray<float>());
        }
    }

    [Fact]
    public void A_model_with_averaged_weights_is_evaluated_in_a_scope_and_is_itself_again_after()
    {
        Sequential model = Network(1), other = Network(2);
        foreach (Sequential each in (Sequential[])[model, other])
            each.Compile("sgd", "mse", ["mae"]);
        double raw = model.Evaluate(X, Y)["mae"], expected = other.Evaluate(X, Y)["mae"];
        Assert.NotEqual(raw, expected);
        using (new StateScope([.. model.Weights.Zip(other.Weights, (mine, others) => (mine, others.Value))]))
        {
            Assert.Equal(expected, model.Evaluate(X, Y)["mae"]);
            Assert.Equal(other.Predict(X).ToArray<float>(), model.Predict(X).ToArray<float>());
            Assert.Equal(other.Call(X).ToArray<float>(), model.Call(X).ToArray<float>());
        }

        Assert.Equal(raw, model.Evaluate(X, Y)["mae"]);
    }

    [Fact]
    public void A_target_network_follows_slowly_and_no_gradient_reaches_it()
    {
        OwnStep.RequireSameBits(
            () =>
            {
                Sequential online = Network(1), target = Network(2);
                Adam optimizer = new(0.01);
                return new OwnStep(
                    inputs =>
                    {
                        Tensor goal = (inputs[1] + (0.9 * target.Call(inputs[0], new CallContext(false, default)).Max(-1, keepDims: true))).Detach();
                        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                            () => new Huber().Call(goal, online.Call(inputs[0], new CallContext(true, default))), online.TrainableWeights);
                        optimizer.Apply(gradients, online.TrainableWeights);
                        foreach ((Variable slow, Variable fast) in target.Weights.Zip(online.Weights))
                            slow.Assign(slow.Value + (0.125 * (fast.Value - slow.Value)));
                        return [loss];
                    },
                    [.. OwnStep.Changing(online, optimizer), .. target.Weights]);
            },
            [X, Y]);
    }

    // f(w) = a w^2 / 2 summed: the gradient at the worst point nearby, w + rho g / |g| with g = a w, is a times that.
    [Theory]
    [MemberData(nameof(Modes))]
    public void Sharpness_aware_minimisation_steps_by_the_gradient_at_perturbed_weights(bool compiled)
    {
        double[] a = [1, 4, 0.5], w = [1, -0.5, 2];
        Variable weight = new(Tensor.From(w), "weight");
        SGD optimizer = new(0.1);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> step = Run(compiled, inputs =>
        {
            Tensor Loss() => (inputs[0] * weight.Value.Square() / 2).Sum();
            Tensor slope = Gradient.ValueAndGradients(Loss, [weight]).Gradients[0];
            IReadOnlyList<Tensor> gradients;
            Tensor perturbed;
            using (new StateScope((weight, weight.Value + (0.05 * slope / slope.Norm()))))
                (perturbed, gradients) = Gradient.ValueAndGradients(Loss, [weight]);
            optimizer.Apply(gradients, [weight]);
            return [perturbed];
        });
        for (int call = 0; call < 3; call++)
        {
            double norm = Math.Sqrt(a.Zip(w, (a, w) => a * w * a * w).Sum());
            double[] worst = [.. a.Zip(w, (a, w) => w + (0.05 * a * w / norm))];
            w = [.. w.Zip(a.Zip(worst, (a, worst) => a * worst), (w, slope) => w - (0.1 * slope))];
            double perturbed = step([Tensor.From(a)])[0].Item<double>();
            Near.Equal(a.Zip(worst, (a, worst) => a * worst * worst / 2).Sum(), perturbed, 1e-14);
            Near.Equal(w, weight.Value, 1e-14);
        }
    }

    [Fact]
    public void Sharpness_aware_minimisation_of_a_network_compiles_to_the_bits_of_eager() => OwnStep.RequireSameBits(
        () =>
        {
            Sequential model = Network(1);
            Adam optimizer = new(0.01);
            return new OwnStep(
                inputs =>
                {
                    Tensor Loss() => new MeanSquaredError().Call(inputs[1], model.Call(inputs[0], new CallContext(true, default)));
                    IReadOnlyList<Variable> weights = model.TrainableWeights;
                    (Tensor loss, IReadOnlyList<Tensor> slopes) = Gradient.ValueAndGradients(Loss, weights);
                    Tensor norm = Tensor.Stack([.. slopes.Select(slope => slope.Square().Sum())]).Sum().Sqrt();
                    IReadOnlyList<Tensor> gradients;
                    using (new StateScope([.. weights.Zip(slopes, (weight, slope) => (weight, weight.Value + (0.05 * slope / norm)))]))
                        gradients = Gradient.ValueAndGradients(Loss, weights).Gradients;
                    optimizer.Apply(gradients, weights);
                    return [loss];
                },
                [.. OwnStep.Changing(model, optimizer)]);
        },
        [X, Y]);

    // The penalty is (|c'(x)| - 1)^2, so its gradient by a weight is a second derivative of the critic.
    [Theory]
    [MemberData(nameof(Modes))]
    public void The_gradient_of_a_gradient_penalty_is_that_of_finite_differences(bool compiled)
    {
        Variable first = new(new RandomKey(1).Normal([3, 4], dtype: DType.Float64), "first"), second = new(new RandomKey(2).Normal([4, 1], dtype: DType.Float64), "second");
        Tensor x = new RandomKey(3).Normal([6, 3], dtype: DType.Float64);
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> step = Run(compiled, inputs =>
        {
            (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                () => (Gradient.Of(point => point.MatMul(first.Value).Tanh().MatMul(second.Value).Sum())(inputs[0]).Norm(1) - 1).Square().Mean(), [first, second]);
            return [value, .. gradients];
        });
        IReadOnlyList<Tensor> results = step([x]);
        foreach ((Variable variable, Tensor gradient) in (ReadOnlySpan<(Variable, Tensor)>)[(first, results[1]), (second, results[2])])
        {
            double[] values = variable.Value.ToArray<double>(), differences = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                double At(double shift)
                {
                    double[] moved = [.. values];
                    moved[i] += shift;
                    variable.Assign(moved.AsSpan());
                    return step([x])[0].Item<double>();
                }

                differences[i] = (At(1e-5) - At(-1e-5)) / 2e-5;
            }

            variable.Assign(values.AsSpan());
            Near.Equal(differences, gradient, 1e-8);
        }
    }

    [Fact]
    public void Several_critic_steps_with_gradient_penalty_compile_to_the_bits_of_eager() => OwnStep.RequireSameBits(
        () =>
        {
            // No bias at the end: it would be in both means and never change.
            Sequential critic = new(new Input([5]), new Dense(8, "relu"), new Dense(8, "tanh"), new Dense(1, useBias: false));
            critic.Initialize(new RandomKey(1));
            Adam optimizer = new(0.01, beta1: 0.5);
            RandomStream random = new(4);
            return new OwnStep(
                inputs =>
                {
                    Tensor distance = Tensor.Scalar(0f);
                    for (int i = 0; i < 3; i++)
                    {
                        CallContext pass = new(training: true, random.Next());
                        Tensor fake = random.Next().Normal(inputs[0].Shape), between = inputs[0] + (random.Next().Uniform([16, 1]) * (fake - inputs[0]));
                        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(
                            () =>
                            {
                                Tensor slope = Gradient.Of(x => critic.Call(x, pass).Sum())(between);
                                distance = critic.Call(inputs[0], pass).Mean() - critic.Call(fake, pass).Mean();
                                return (10 * (slope.Norm(1) - 1).Square().Mean()) - distance;
                            },
                            critic.TrainableWeights).Gradients;
                        optimizer.Apply(gradients, critic.TrainableWeights);
                    }

                    return [distance.Detach()];
                },
                [.. OwnStep.Changing(critic, optimizer), .. random.State]);
        },
        [X]);
}
